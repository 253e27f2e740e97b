import type { Reader } from "../context.ts";
import { deleteExpiredRefreshTokens, deleteSpentFamilies } from "./store-families.ts";
import { deleteOldCodes, deleteOldRequests } from "./store-requests.ts";

/** A replayed code is recognized for this long after its request ended. */
const KEEP_REQUESTS_MS = 24 * 60 * 60 * 1000;

/** Deletes at most `budget` of each: old requests with their codes, expired refresh tokens, families without any. */
export async function sweepAuthorization(store: Reader, now: number, budget: number): Promise<void> {
  await deleteOldRequests(store, now - KEEP_REQUESTS_MS, budget);
  await deleteOldCodes(store, now - KEEP_REQUESTS_MS, budget);
  await deleteExpiredRefreshTokens(store, now, budget);
  await deleteSpentFamilies(store, now, budget);
}
