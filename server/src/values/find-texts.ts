import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { valueStatus } from "@parlance/contract/operations/projects";
import type { ToolInput, ToolOutput } from "@parlance/contract/tools";
import type { PlacedProject, Reach, ReadCall } from "../context.ts";
import type { KeyTable, LanguageTable } from "../database/schema.ts";
import { everyKey, type FoundInOrder, findInOrder, type KeySearch, noteOn } from "../keys/find-in-order.ts";
import { anyOf, partsOf } from "../keys/list-by-number.ts";
import { textsOfKeys } from "../keys/texts-of-keys.ts";
import { ApiError } from "../platform/api-error.ts";
import { languagesOf } from "../projects/languages.ts";
import { countedNamespaces, namespacesNamed } from "../projects/namespaces.ts";
import { slugOf } from "../projects/tools.ts";
import { findKeys } from "../texts/find-keys.ts";
import { needLanguageOf } from "../texts/find-language.ts";
import type { StoredValue } from "../texts/find-values.ts";
import { pairOf } from "../texts/plan.ts";

/** What matches is counted so far. */
const MOST_COUNTED = 500;
/** An exact name is looked up in every namespace. */
const MOST_LOOKED_UP = 10_000;
const LONGEST = { description: 80, prompt: 100 };
const NEEDS_LANGUAGES = "status was left out, because it needs languages.";

type Input = ToolInput<"getTranslations">;
type Output = ToolOutput<"getTranslations">;
type Status = Output["st"];
type Placed = ReadCall & { readonly project: PlacedProject; readonly reach: Reach };

/**
 * The first keys, in the order of lists, that a search lets through, with their source texts and translations. There are
 * no pages; how much of a project is looked at is bounded, and `hint` says where that was not all of it (decision 21).
 */
export async function findTexts(call: Placed, input: Input): Promise<Output> {
  const { project, store } = call;
  const { limit, search } = input;
  const namespaces = anyOf(input.namespaces);
  const names = anyOf(input.keys);
  const known = await languagesOf(store, project.id);
  const languages = languagesIn(known, input.languages);
  const status: Status = languages && input.status !== "all" ? input.status : undefined;
  const parts = partsOf(search);
  const wanted: KeySearch = {
    ...everyKey(project.id, namespaces),
    parts,
    searched:
      parts.length === 0 ? [] : languages ? [...languages, project.sourceLanguage] : [...known.keys()],
    among: names && (await idsNamed(call, names, namespaces)),
  };
  const counted = await count(call, wanted, limit);
  const found = status
    ? await findInOrder(call, { ...wanted, ...withStatus(project, status, languages ?? []) }, limit + 1)
    : counted.found;
  const shown = found.keys.slice(0, limit);
  const targets = [...known.keys()].filter((code) => code !== project.sourceLanguage);
  const keys = await withTexts(call, shown, languages ?? targets, input.compact);
  const nsd = await describedNamespaces(call, shown);
  const hints = [
    !languages && input.status !== "all" ? NEEDS_LANGUAGES : undefined,
    counted.isExact ? undefined : noteOn(counted.found),
    status ? remarkOn(found, status) : undefined,
  ].filter((hint) => hint !== undefined);
  const { tot } = counted;
  return {
    ...{ prj: slugOf(project), sl: project.sourceLanguage, ret: keys.length, tot, has_more: tot > limit },
    ...(parts.length > 0 && { srch: search }),
    ...(languages && { lng: languages }),
    ...(status && { st: status }),
    keys,
    ...(nsd.size > 0 && { nsd: Object.fromEntries(nsd) }),
    ...(hints.length > 0 && { hint: hints.join(" ") }),
    ...{ returned: keys.length, total: tot, hasMore: tot > limit },
  };
}

/** Canonical, each once; undefined when none is named. */
function languagesIn(
  known: ReadonlyMap<string, LanguageTable>,
  codes: readonly string[] = [],
): string[] | undefined {
  if (codes.length === 0) return undefined;
  return [...new Set(codes.map((code, index) => needLanguageOf(known, code, `/languages/${index}`)))];
}

/** How many keys match, before their status is looked at: from counters where nothing else is asked. */
async function count(
  call: Placed,
  wanted: KeySearch,
  limit: number,
): Promise<{ tot: number; found: FoundInOrder; isExact: boolean }> {
  if (wanted.parts.length > 0 || wanted.among) {
    const found = await findInOrder(call, wanted, Math.max(limit, MOST_COUNTED) + 1);
    return { tot: found.keys.length, found, isExact: found.end === "all" };
  }
  const counted = await countedNamespaces(call.store, call.project.id);
  const among = counted.filter(({ name }) => wanted.namespaces?.includes(name) ?? true);
  const tot = among.reduce((sum, { keyCount }) => sum + keyCount, 0);
  return { tot, found: await findInOrder(call, wanted, limit), isExact: true };
}

/** Ids of the keys with one of these names, in whatever namespace or in those named. */
async function idsNamed(
  { store, project }: Placed,
  names: readonly string[],
  namespaces: readonly string[] | undefined,
): Promise<string[]> {
  const among = namespaces ?? (await countedNamespaces(store, project.id)).map(({ name }) => name);
  if (among.length * names.length > MOST_LOOKED_UP) {
    const expected = "the namespaces of the keys, because the project has too many to look in each";
    throw new ApiError("invalid_request", `The field /namespaces is not right: ${expected}.`, {
      errors: [{ pointer: "/namespaces", code: "too_small", expected }],
    });
  }
  const references = among.flatMap((namespace) => names.map((name) => ({ namespace, name })));
  const keyOf = await findKeys(store, project.id, references);
  return [...new Set(references.flatMap((reference) => keyOf(reference)?.id ?? []))];
}

/** `draft` stands below what the project publishes, `published` does not. */
function withStatus(
  { publishFrom }: PlacedProject,
  status: NonNullable<Status>,
  languages: readonly string[],
): Partial<KeySearch> {
  if (status === "missing") return { missing: languages };
  const from = valueStatus.options.indexOf(publishFrom);
  const statuses = status === "draft" ? valueStatus.options.slice(0, from) : valueStatus.options.slice(from);
  // Where drafts are published, nothing stands below; no status at all would mean any.
  return statuses.length > 0 ? { statuses, languages } : { among: [] };
}

function remarkOn({ end }: FoundInOrder, status: NonNullable<Status>): string {
  if (end === "all") return `These are all that are ${status}; tot counts keys of any status.`;
  if (end === "enough") return `More keys are ${status}; tot counts keys of any status.`;
  return `Only the first ${end} keys were looked at: name namespaces to reach the others.`;
}

async function withTexts(
  { store, project: { sourceLanguage } }: Placed,
  keys: readonly KeyTable[],
  languages: readonly string[],
  compact: boolean,
): Promise<Output["keys"]> {
  const ids = keys.map(({ id }) => id);
  const texts = await textsOfKeys(store, ids, [...new Set([sourceLanguage, ...languages])]);
  return keys.map(({ id, name, namespace }) => {
    const values = texts.get(id) ?? new Map<string, StoredValue>();
    const translations = languages.flatMap((language) => values.get(language) ?? []);
    const ns = namespace === DEFAULT_NAMESPACE ? {} : { ns: namespace };
    const named = { id, k: name, ...ns, key: name, namespace };
    if (compact) return { ...named, tc: translations.length };
    const tr = translations.map((value) => [
      value.language,
      { id: pairOf(value), t: value.text, st: value.status },
    ]);
    return {
      ...named,
      src: values.get(sourceLanguage)?.text ?? null,
      ...(tr.length > 0 && { tr: Object.fromEntries(tr) }),
    };
  });
}

/** What namespaces of these keys say of themselves, for who may list namespaces. */
async function describedNamespaces(
  { store, project, reach }: Placed,
  keys: readonly KeyTable[],
): Promise<Map<string, NonNullable<Output["nsd"]>[string]>> {
  if (!reach.scopes.includes("keys:read")) return new Map();
  const names = [...new Set(keys.map(({ namespace }) => namespace))];
  const rows = await namespacesNamed(store, project.id, names);
  const described = rows.filter(({ description, aiPrompt }) => description || aiPrompt);
  return new Map(
    described.map(({ name, keyCount, description, aiPrompt }) => [
      name,
      {
        kc: keyCount,
        ...(description && { desc: shortened(description, LONGEST.description) }),
        ...(aiPrompt && { ap: shortened(aiPrompt, LONGEST.prompt) }),
      },
    ]),
  );
}

/** At most so many characters, none of them cut in two. */
function shortened(text: string, most: number): string {
  return [...text].slice(0, most).join("");
}
