import type { ReadCall, Reader } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { isComplete } from "../projects/languages.ts";
import { countedNamespaces } from "../projects/namespaces.ts";
import { candidatesOf } from "./candidates.ts";
import { type KeyFilter, selectKeyAhead, selectKeys } from "./store.ts";

/** How many keys one statement looks at where no index helps, and how many statements one call makes. */
const KEYS_AT_ONCE = { names: 2000, texts: 500 };
const MOST_STATEMENTS = 10;
/** One statement looks at about so many values, of which a key may have one in each language; once for each part. */
const VALUES_AT_ONCE = 10_000;
/** However many languages and parts there are. */
const LEAST_KEYS_AT_ONCE = 10;

/** Which keys are looked for. */
export interface KeySearch extends Omit<KeyFilter, "namespace"> {
  /** In these alone; undefined for all. */
  namespaces: readonly string[] | undefined;
  /** Only among these ids, of which there are few; undefined for all. */
  among?: readonly string[] | undefined;
}

export interface FoundInOrder {
  keys: KeyTable[];
  /** `all`: there are no others; `enough`: as many as wanted; a number: only so many were looked at. */
  end: "all" | "enough" | number;
}

/** What nothing is asked of: every key of a project, or of some namespaces. */
export function everyKey(projectId: string, namespaces: readonly string[] | undefined): KeySearch {
  const nothing = { parts: [], searched: [], statuses: [], missing: [], languages: [] };
  return { projectId, namespaces, ...nothing, tag: undefined, outdated: false };
}

/**
 * The first `enough` keys, in the order of lists, that a search lets through. An index answers where one can; else keys are
 * looked at from the beginning of the list, and only a bounded number of them.
 */
export async function findInOrder(call: ReadCall, search: KeySearch, enough: number): Promise<FoundInOrder> {
  if (await isNowhereMissing(call, search)) return { keys: [], end: "all" };
  const { namespaces, among, ...filter } = search;
  const anywhere = { ...filter, namespace: undefined };
  const ids = among ?? (await candidatesOf(call, anywhere));
  if (!ids) return walk(call, search, enough);
  const candidates = await selectKeys(call.store, anywhere, { after: undefined, ids, limit: ids.length });
  const keys = candidates.filter(({ namespace }) => namespaces?.includes(namespace) ?? true);
  return keys.length > enough ? { keys: keys.slice(0, enough), end: "enough" } : { keys, end: "all" };
}

/** What a caller should know of a search that ended early; undefined for one that did not. */
export function noteOn({ keys, end }: FoundInOrder): string | undefined {
  if (end === "all") return undefined;
  if (end === "enough") return `More than ${keys.length - 1} match; tot counts no further.`;
  return `Only the first ${end} keys were looked at: name namespaces, or search for a longer part, to reach the others.`;
}

/** From counters. */
async function isNowhereMissing({ store }: ReadCall, { projectId, missing }: KeySearch): Promise<boolean> {
  if (missing.length === 0) return false;
  const complete = await Promise.all(missing.map((code) => isComplete(store, projectId, code)));
  return complete.every(Boolean);
}

async function walk(
  { store }: ReadCall,
  { namespaces, among: _, ...search }: KeySearch,
  enough: number,
): Promise<FoundInOrder> {
  const atOnce = keysAtOnce(search);
  const keys: KeyTable[] = [];
  let looked = 0;
  for (const { namespace, keyCount } of await stretches(store, search.projectId, namespaces)) {
    const filter = { ...search, namespace };
    let after: Awaited<ReturnType<typeof selectKeyAhead>>;
    let left = keyCount;
    do {
      if (keys.length >= enough) return { keys, end: "enough" };
      if (looked >= atOnce * MOST_STATEMENTS) return { keys, end: looked };
      const until = await selectKeyAhead(store, filter, after, atOnce);
      keys.push(...(await selectKeys(store, filter, { after, until, limit: enough - keys.length })));
      looked += Math.min(atOnce, left);
      left -= atOnce;
      after = until;
    } while (after);
  }
  return { keys, end: keys.length >= enough ? "enough" : "all" };
}

/** What is looked through at a stretch, in the order of lists: the whole project, or namespace by namespace. */
async function stretches(
  store: Reader,
  projectId: string,
  namespaces: readonly string[] | undefined,
): Promise<{ namespace: string | undefined; keyCount: number }[]> {
  if (!namespaces) return [{ namespace: undefined, keyCount: Number.POSITIVE_INFINITY }];
  const counted = await countedNamespaces(store, projectId);
  return counted.flatMap(({ name: namespace, keyCount }) =>
    namespaces.includes(namespace) ? [{ namespace, keyCount }] : [],
  );
}

function keysAtOnce({
  searched,
  parts,
  missing,
  statuses,
  languages,
}: Omit<KeySearch, "namespaces">): number {
  const looksAtTexts = searched.length > 0 && parts.length > 0;
  const valuesOfKey =
    searched.length * parts.length + missing.length + (statuses.length > 0 ? languages.length : 0);
  const many = Math.floor(VALUES_AT_ONCE / Math.max(valuesOfKey, 1));
  const most = looksAtTexts ? KEYS_AT_ONCE.texts : KEYS_AT_ONCE.names;
  return Math.max(LEAST_KEYS_AT_ONCE, Math.min(most, many));
}
