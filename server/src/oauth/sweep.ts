import type { Reader } from "../context.ts";
import { deleteExpiredRefreshTokens, deleteSpentFamilies } from "./store-families.ts";
import { deleteOldCodes, deleteOldRequests, deleteUndecidedRequests } from "./store-requests.ts";

/** A replayed code is recognized for this long after its request ended. */
const KEEP_REQUESTS_MS = 24 * 60 * 60 * 1000;
/** A request that nobody decided is only kept to tell a late visitor that it expired. */
const KEEP_UNDECIDED_MS = 60 * 60 * 1000;

/** Deletes at most `budget` of each: old requests with their codes, expired refresh tokens, families without any. */
export async function sweepAuthorization(store: Reader, now: number, budget: number): Promise<void> {
  await deleteUndecidedRequests(store, now - KEEP_UNDECIDED_MS, budget);
  await deleteOldRequests(store, now - KEEP_REQUESTS_MS, budget);
  await deleteOldCodes(store, now - KEEP_REQUESTS_MS, budget);
  await deleteExpiredRefreshTokens(store, now, budget);
  await deleteSpentFamilies(store, now, budget);
}
