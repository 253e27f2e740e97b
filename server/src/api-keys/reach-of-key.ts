import type { Reach, Reader } from "../context.ts";
import { needLive, reachNow } from "./standing.ts";
import { selectKey, selectProjectIds } from "./store.ts";

/** What a key allows at `now`, for work that continues after the request that began it. Throws `invalid_token`. */
export async function reachOfKey(store: Reader, keyId: string, now: number): Promise<Reach> {
  const row = await selectKey(store, keyId);
  needLive(row, now);
  return reachNow(row, row.projectAccess === "all" ? [] : await selectProjectIds(store, keyId));
}
