import type { ReadCall } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { isComplete } from "../projects/languages.ts";
import { candidatesOf } from "./candidates.ts";
import { type KeyFilter, selectKeyAhead, selectKeys } from "./store.ts";

/** How many keys one statement looks at, and how many one call, where no index helps; texts are many for each key. */
const PACE = { names: { atOnce: 2000, most: 20_000 }, texts: { atOnce: 500, most: 5000 } };

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
 * looked at from the beginning of the list, and no more of them than the pace says.
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
  const { atOnce, most } = search.searched.length > 0 ? PACE.texts : PACE.names;
  const keys: KeyTable[] = [];
  let looked = 0;
  for (const namespace of namespaces ? [...new Set(namespaces)].toSorted() : [undefined]) {
    const filter = { ...search, namespace };
    let after: Awaited<ReturnType<typeof selectKeyAhead>>;
    do {
      if (keys.length >= enough) return { keys, end: "enough" };
      if (looked >= most) return { keys, end: looked };
      const until = await selectKeyAhead(store, filter, after, atOnce);
      keys.push(...(await selectKeys(store, filter, { after, until, limit: enough - keys.length })));
      looked += atOnce;
      after = until;
    } while (after);
  }
  return { keys, end: keys.length >= enough ? "enough" : "all" };
}
