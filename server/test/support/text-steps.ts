import fc from "fast-check";
import type { PlacedProject, WriteWork } from "../../src/context.ts";
import { planCreation } from "../../src/keys/create-keys.ts";
import { planDeletion } from "../../src/keys/delete-keys.ts";
import { planRestoration } from "../../src/keys/restore-keys.ts";
import { planNamedUpdates } from "../../src/keys/update-keys.ts";
import { type Planned, planOf, type TextsPlan } from "../../src/texts/plan.ts";
import { planStatuses } from "../../src/values/set-status.ts";
import { planValues } from "../../src/values/set-values.ts";
import type { World } from "./projects.ts";

/** Random writes of keys and values, as both a bulk call and calls of one item each can make them. */
export const LANGUAGES = ["en", "de", "fr"];
const STATUSES = ["draft", "reviewed", "approved"] as const;
const NAMESPACES = ["default", "page", "shop"];

/** What happens to one key, called by the label that it was created with. */
export type Item =
  | { does: "create"; label: string; namespace: string; values: Record<string, string> }
  | { does: "set"; label: string; values: Record<string, string> }
  | { does: "status"; label: string; languages: string[]; status: (typeof STATUSES)[number] }
  | { does: "update"; label: string; namespace: string; name: string; tags: string[] }
  | { does: "delete" | "restore"; label: string };

/** A step, before it is known which keys exist. */
export interface Raw {
  does: Item["does"];
  key: number;
  languages: string[];
  number: number;
}

export const rawItem: fc.Arbitrary<Raw> = fc.record({
  does: fc.constantFrom("create", "set", "set", "set", "status", "update", "delete", "restore"),
  key: fc.nat(7),
  languages: fc.uniqueArray(fc.constantFrom(...LANGUAGES), { minLength: 1 }),
  number: fc.nat(8),
});

/** A project whose keys have labels. */
export interface Labelled {
  w: World;
  /** Ids by label. */
  ids: Map<string, string>;
  live: Set<string>;
}

export async function withFirstKeys(w: World): Promise<Labelled> {
  const labelled: Labelled = { w, ids: new Map(), live: new Set() };
  for (const label of ["first", "second", "third"]) {
    await takeOne(labelled, {
      does: "create",
      label,
      namespace: "default",
      values: { en: "Start", de: "Start" },
    });
  }
  return labelled;
}

/** The items of a step that are possible, each of another key; names are new, so that the order does not matter. */
export function itemsOf(raws: readonly Raw[], { ids, live }: Labelled, at: number): Item[] {
  const labels = [...ids.keys()];
  const items = new Map<string, Item>();
  for (const [index, { does, key, languages, number }] of raws.entries()) {
    const label = does === "create" ? `key${at}-${index}` : (labels[key % labels.length] ?? "");
    if (items.has(label)) continue;
    if (does !== "create" && live.has(label) === (does === "restore")) continue;
    items.set(label, itemOf({ does, label, languages, number, at }));
  }
  return [...items.values()];
}

type Facts = Omit<Raw, "key"> & { label: string; at: number };

function itemOf({ does, label, languages, number, at }: Facts): Item {
  // Beside an edited source text every text is new: what was so already is no write in a bulk call.
  const isNew = languages.includes("en");
  const text = isNew ? `New ${at}` : `Text ${number % 3}`;
  const values = Object.fromEntries(languages.map((language) => [language, text]));
  const namespace = NAMESPACES[number % NAMESPACES.length] ?? "default";
  const status = STATUSES[number % STATUSES.length] ?? "approved";
  switch (does) {
    case "create":
      return { does, label, namespace, values };
    case "set":
      return { does, label, values };
    case "status":
      return { does, label, languages, status };
    case "update":
      return {
        does,
        label,
        namespace,
        name: number < 3 ? label : `${label}-${at}`,
        tags: [`tag${number % 2}`],
      };
    default:
      return { does, label };
  }
}

/** Makes one item a call of its own; source texts first, because a bulk call does not outdate what comes with them. */
export async function takeOne(labelled: Labelled, item: Item): Promise<void> {
  const { w, ids } = labelled;
  const id = ids.get(item.label) ?? "";
  const key = { id };
  switch (item.does) {
    case "create": {
      const { label: name, namespace, values } = item;
      const { items } = await w.call("keys.create", { keys: [{ namespace, name, values }] });
      ids.set(name, items[0]?.id ?? "");
      break;
    }
    case "set":
      for (const [language, text] of sourceFirst(item.values)) {
        await w.call("values.set", { values: [{ key, language, text }] });
      }
      break;
    case "status":
      for (const language of item.languages) {
        await w.call("values.setStatus", { status: item.status, values: [{ key, language }] });
      }
      break;
    case "update": {
      const { namespace, name, tags } = item;
      await w.call("keys.update", { keyId: id, namespace, name, tags });
      break;
    }
    case "delete":
      await w.call("keys.delete", { keys: [key] });
      break;
    case "restore":
      await w.call("keys.restore", { ids: [id] });
  }
  settle(labelled, [item]);
}

function sourceFirst(values: Record<string, string>): [string, string][] {
  return Object.entries(values).sort(([one], [other]) => Number(other === "en") - Number(one === "en"));
}

/** Which keys are live once the items are done. */
export function settle({ live }: Labelled, items: readonly Item[]): void {
  for (const { does, label } of items) {
    if (does === "delete") live.delete(label);
    else live.add(label);
  }
}

/** Plans items as the bulk operations of their kinds do. */
export async function planItems(
  work: WriteWork,
  project: PlacedProject,
  { ids }: Labelled,
  items: readonly Item[],
): Promise<Planned[]> {
  const keyOf = ({ label }: Item) => ({ id: ids.get(label) ?? "" });
  const of = <Does extends Item["does"]>(does: Does) =>
    items.filter((item): item is Extract<Item, { does: Does }> => item.does === does);
  const planned: Planned[] = [];
  const created = of("create").map(({ label: name, namespace, values }) => {
    return { namespace, name, values, format: "icu" as const, tags: [] };
  });
  if (created.length > 0) planned.push(await planCreation(work, project, created));
  const values = of("set").flatMap((item) =>
    Object.entries(item.values).map(([language, text]) => ({ key: keyOf(item), language, text })),
  );
  if (values.length > 0) planned.push(await planValues(work, project, values));
  for (const [status, list] of Map.groupBy(of("status"), (item) => item.status)) {
    const named = list.flatMap((item) => item.languages.map((language) => ({ key: keyOf(item), language })));
    planned.push(await planStatuses(work, project, { status, values: named }));
  }
  const updates = of("update").map((item) => {
    const { namespace, name, tags } = item;
    return { key: keyOf(item), namespace, name, tags };
  });
  if (updates.length > 0) planned.push(await planNamedUpdates(work, project, updates));
  const deleted = of("delete").map(keyOf);
  if (deleted.length > 0) planned.push(await planDeletion(work, project, deleted));
  const restored = of("restore").map((item) => keyOf(item).id);
  if (restored.length > 0) planned.push(await planRestoration(work, project, restored));
  return planned;
}

/** One plan that holds all of several, which name different keys. */
export function mergePlans(plans: readonly TextsPlan[]): TextsPlan {
  return planOf({
    created: plans.flatMap((plan) => plan.created),
    changed: plans.flatMap((plan) => plan.changed),
    trashed: plans.flatMap((plan) => plan.trashed),
    restored: plans.flatMap((plan) => plan.restored),
    written: plans.flatMap((plan) => plan.written),
    removed: plans.flatMap((plan) => plan.removed),
  });
}

/** Everything that writes leave behind, with labels for ids. */
export async function stateOf({ w, ids }: Labelled, db: WriteWork["db"]) {
  const labels = new Map([...ids].map(([label, id]) => [id, label]));
  const keyIds = [...labels.keys()];
  const labelOf = (id: string) => labels.get(id) ?? id;
  const keys = await db.read.selectFrom("keys").selectAll().where("id", "in", keyIds).execute();
  const values = await db.read.selectFrom("translations").selectAll().where("keyId", "in", keyIds).execute();
  const changes = await db.read.selectFrom("changes").selectAll().where("keyId", "in", keyIds).execute();
  const { languages, namespaces } = await w.call("projects.get");
  return {
    keys: keys
      .map(({ id, projectId: _, ...key }) => ({ ...key, label: labelOf(id) }))
      .sort((one, other) => compare(one.label, other.label)),
    values: values
      .map(({ keyId, projectId: _, changesetId: __, ...value }) => ({ ...value, label: labelOf(keyId) }))
      .sort((one, other) => compare(`${one.label} ${one.language}`, `${other.label} ${other.language}`)),
    chains: changes
      .map(({ changesetId: _, keyId, ...change }) => ({ ...change, label: labelOf(keyId) }))
      .sort(
        (one, other) =>
          compare(`${one.label} ${one.language}`, `${other.label} ${other.language}`) ||
          one.revision - other.revision,
      ),
    counters: {
      languages: languages.map(({ code, translated }) => ({ code, translated })),
      namespaces: namespaces.map(({ name, keyCount }) => ({ name, keyCount })),
    },
  };
}

/** What the counters should be. */
export function recount({ keys, values }: Awaited<ReturnType<typeof stateOf>>) {
  const live = new Set(keys.filter(({ deletedAt }) => deletedAt === null).map(({ label }) => label));
  const standing = values.filter(({ label }) => live.has(label));
  const byNamespace = Map.groupBy(
    keys.filter(({ label }) => live.has(label)),
    ({ namespace }) => namespace,
  );
  return {
    languages: LANGUAGES.toSorted(compare).map((code) => ({
      code,
      translated: standing.filter(({ language }) => language === code).length,
    })),
    namespaces: [...byNamespace]
      .map(([name, { length: keyCount }]) => ({ name, keyCount }))
      .sort((one, other) => compare(one.name, other.name)),
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
