import type { Reader } from "../context.ts";
import { deleteExpiredRefreshTokens, deleteSpentFamilies } from "./store-families.ts";
import { deleteOldCodes, deleteOldRequests, deleteUndecidedRequests } from "./store-requests.ts";

/** A replayed code is recognized for this long after its request ended. */
const KEEP_REQUESTS_MS = 24 * 60 * 60 * 1000;
/** A request that nobody decided stays only so that a late visitor learns that it expired. */
const KEEP_UNDECIDED_MS = 60 * 60 * 1000;

/** Deletes at most `budget` requests that nobody decided; answers how many. */
export function sweepUndecidedRequests(store: Reader, now: number, budget: number): Promise<number> {
  return deleteUndecidedRequests(store, now - KEEP_UNDECIDED_MS, budget);
}

/** Deletes at most `budget` old requests with their approvals and codes; answers how many requests. */
export function sweepRequests(store: Reader, now: number, budget: number): Promise<number> {
  return deleteOldRequests(store, now - KEEP_REQUESTS_MS, budget);
}

/** Deletes at most `budget` old codes whose request went first, with a person or an app; answers how many. */
export function sweepCodes(store: Reader, now: number, budget: number): Promise<number> {
  return deleteOldCodes(store, now - KEEP_REQUESTS_MS, budget);
}

/** Deletes at most `budget` expired refresh tokens; answers how many. */
export function sweepRefreshTokens(store: Reader, now: number, budget: number): Promise<number> {
  return deleteExpiredRefreshTokens(store, now, budget);
}

/** Deletes at most `budget` families that no token hangs on any more; answers how many. */
export function sweepFamilies(store: Reader, now: number, budget: number): Promise<number> {
  return deleteSpentFamilies(store, now, budget);
}
