import type { ReadCall } from "../context.ts";
import { type KeyFilter, selectKeysWithValues } from "./store.ts";

/** Above this, what an index finds is too much to be sorted for one page. */
const MOST_CANDIDATES = 2000;

/** Ids from an index, all keys that the filter lets through among them; undefined when no index has few enough. */
export async function candidatesOf(call: ReadCall, filter: KeyFilter): Promise<string[] | undefined> {
  const found = await withOneOf(call, filter);
  const { outdated, statuses } = filter;
  const hasRareStatus = statuses.length > 0 && !statuses.includes("approved");
  if (found || !(outdated || hasRareStatus)) return found;
  return selectKeysWithValues(call.store, filter, MOST_CANDIDATES);
}

/** Keys that hold one of the parts; undefined when the index cannot tell, or there is none to look for. */
async function withOneOf(
  call: ReadCall,
  { projectId, parts, searched }: KeyFilter,
): Promise<string[] | undefined> {
  if (parts.length === 0) return undefined;
  const ids = new Set<string>();
  for (const part of parts) {
    const query = { projectId, part, most: MOST_CANDIDATES, onlyNames: searched.length === 0 };
    const found = await call.db.textSearch.keysWith(call.store, query);
    if (!found) return undefined;
    for (const id of found) ids.add(id);
  }
  return ids.size > MOST_CANDIDATES ? undefined : [...ids];
}
