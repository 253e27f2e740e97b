import type { Reader } from "../context.ts";
import { deleteExpiredTokens } from "./store.ts";

/** Deletes at most `budget` expired installation tokens. */
export async function sweepInstallationTokens(store: Reader, now: number, budget: number): Promise<void> {
  await deleteExpiredTokens(store, now, budget);
}
