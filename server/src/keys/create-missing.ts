import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { pointerTo } from "@parlance/contract/json-pointer";
import { OPERATIONS, type Output } from "@parlance/contract/operations";
import type { ToolInput } from "@parlance/contract/tools";
import type { PlacedProject, Reach, WriteCall } from "../context.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { countedNamespaces, findNamespace, storeNamespace, withFields } from "../projects/namespaces.ts";
import { needScope } from "../projects/need-scope.ts";
import { lockProject } from "../projects/write-lock.ts";
import { identity } from "../texts/check-names.ts";
import type { Repoint } from "../texts/faults.ts";
import { findKeys, type KeyName } from "../texts/find-keys.ts";
import type { NewKey } from "../texts/new-key.ts";
import { createKeys } from "./create-keys.ts";

/** So many names are looked up in other namespaces. */
const MOST_LOOKED_UP = 10_000;

type Item = ToolInput<"createKeys">["k"][number];
type Placed = WriteCall & { readonly project: PlacedProject; readonly reach: Reach };

/** An item of the call with the place that its key gets. */
interface PlacedItem extends KeyName {
  item: Item;
  /** In the call. */
  index: number;
}

/** The namespace in which the key of an item stands after the call. */
type Home = Pick<PlacedItem, "item" | "namespace">;

interface Created {
  /** Null when there was nothing to create. */
  changesetId: string | null;
  /** Each with the item that it was made of. */
  keys: (PlacedItem & { id: string; translations: number })[];
  skipped: { name: string; reason: string }[];
  /** Namespaces that have a key of the same name, by key; undefined where there are too many to look. */
  elsewhere: Map<string, string[]> | undefined;
  /** Namespaces that were described. */
  described: string[];
  warnings: Output<"keys.create">["warnings"];
}

/**
 * Creates the keys that do not exist yet, in one changeset, all or none; what exists is skipped, as decided under the
 * project's lock. A name of the default namespace that begins with another namespace and a dot belongs there. Throws what
 * `createKeys` throws, with pointers into `items`.
 */
export async function createMissing(call: Placed, items: readonly Item[]): Promise<Created> {
  if (items.some(({ v, t }) => v !== undefined || t)) needScope(call.reach, "translations:write");
  const project = await lockProject(call, call.project);
  const { fresh, skipped, homes } = await sorted(call, project, items);
  const keys = fresh.map((placed) => newKey(placed, project.sourceLanguage));
  const elsewhere = await namesElsewhere(call, project, fresh);
  const created =
    keys.length > 0
      ? await createKeys(call, { project, reach: call.reach }, { keys }, repointTo(fresh, project))
      : { changesetId: null, items: [] };
  const described = await describeNamespaces(call, project, homes);
  return {
    changesetId: created.changesetId,
    keys: created.items.map(({ id }, at) => {
      const { values } = keys[at] as NewKey;
      const translations = Object.keys(values).length - (project.sourceLanguage in values ? 1 : 0);
      return { ...(fresh[at] as PlacedItem), id, translations };
    }),
    ...{ skipped, elsewhere, described },
    warnings: "warnings" in created ? created.warnings : undefined,
  };
}

async function sorted(
  { store }: WriteCall,
  project: PlacedProject,
  items: readonly Item[],
): Promise<Pick<Created, "skipped"> & { fresh: PlacedItem[]; homes: Home[] }> {
  const namespaces = new Set((await countedNamespaces(store, project.id)).map(({ name }) => name));
  const named = items.map((item, index) => ({ item, index, namespace: item.ns, name: item.n }));
  const placed = named.map((one) => ({ ...one, ...placeOf(one, namespaces) }));
  const keyOf = await findKeys(store, project.id, [...named, ...placed].map(nameOf));
  const fresh = new Map<string, PlacedItem>();
  const skipped: Created["skipped"] = [];
  const homes: Home[] = [];
  for (const [at, one] of placed.entries()) {
    const literal = named[at] as PlacedItem;
    const present = keyOf(nameOf(literal)) ?? keyOf(nameOf(one));
    if (present) skipped.push({ name: one.item.n, reason: `exists in ${present.namespace}` });
    else if (fresh.has(identity(one)))
      skipped.push({ name: one.item.n, reason: "named before in this call" });
    else fresh.set(identity(one), one);
    homes.push({ item: one.item, namespace: present?.namespace ?? one.namespace });
  }
  return { fresh: [...fresh.values()], skipped, homes };
}

/** Pure: `login` in `auth` for `auth.login`, where there is such a namespace. */
function placeOf({ namespace, name }: KeyName, namespaces: ReadonlySet<string>): KeyName {
  const dot = name.indexOf(".");
  const first = name.slice(0, Math.max(dot, 0));
  const rest = name.slice(dot + 1);
  const belongsThere =
    namespace === DEFAULT_NAMESPACE && first !== DEFAULT_NAMESPACE && namespaces.has(first);
  return belongsThere && rest !== "" ? { namespace: first, name: rest } : { namespace, name };
}

/** What is left unsaid is what REST takes for it. A source text stands in `v` only. */
function newKey({ item, namespace, name }: PlacedItem, sourceLanguage: string): NewKey {
  const targets = Object.entries(item.t ?? {}).filter(([code]) => canonicalLanguage(code) !== sourceLanguage);
  const source = item.v === undefined ? [] : [[sourceLanguage, item.v] as const];
  const values = Object.fromEntries([...source, ...targets]);
  return OPERATIONS["keys.create"].input.shape.keys.element.parse({ namespace, name, values });
}

function repointTo(placed: readonly PlacedItem[], { sourceLanguage }: PlacedProject): Repoint {
  return (pointer) => {
    const [, , at, field, code] = pointer.split("/");
    const index = placed[Number(at)]?.index ?? 0;
    if (field !== "values") return pointerTo(["k", index, "n"]);
    if (code === sourceLanguage) return pointerTo(["k", index, "v"]);
    return `${pointerTo(["k", index, "t"])}/${code}`;
  };
}

/** Where else a name exists, so that a key is not made twice by mistake. */
async function namesElsewhere(
  { store }: WriteCall,
  project: PlacedProject,
  placed: readonly PlacedItem[],
): Promise<Created["elsewhere"]> {
  const namespaces = (await countedNamespaces(store, project.id)).map(({ name }) => name);
  if (placed.length * namespaces.length > MOST_LOOKED_UP) return undefined;
  const others = (own: KeyName) =>
    namespaces.flatMap((namespace) => (namespace === own.namespace ? [] : { namespace, name: own.name }));
  const keyOf = await findKeys(store, project.id, placed.flatMap(others));
  return new Map(
    placed.map((own) => [identity(own), others(own).flatMap((other) => keyOf(other)?.namespace ?? [])]),
  );
}

/** As changing a namespace does; of several items of one namespace the first says what it is. */
async function describeNamespaces(
  { store }: WriteCall,
  project: PlacedProject,
  homes: readonly Home[],
): Promise<string[]> {
  const described = new Map<string, NonNullable<Item["nc"]>>();
  for (const { namespace, item } of homes) {
    if (item.nc && !described.has(namespace)) described.set(namespace, item.nc);
  }
  for (const [name, fields] of described) {
    const before = await findNamespace(store, project, name);
    await storeNamespace(store, before, withFields(before, fields));
  }
  return [...described.keys()];
}

function nameOf({ namespace, name }: KeyName): KeyName {
  return { namespace, name };
}
