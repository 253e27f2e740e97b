import type { Reader } from "../context.ts";
import { deleteExpiredTokens } from "./store.ts";

/** Deletes at most `budget` expired installation tokens; answers how many. */
export function sweepInstallationTokens(store: Reader, now: number, budget: number): Promise<number> {
  return deleteExpiredTokens(store, now, budget);
}
