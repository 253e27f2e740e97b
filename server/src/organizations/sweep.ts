import type { Reader } from "../context.ts";
import { deleteOldInvitations } from "./store.ts";

/** How long after its expiry the link of an invitation still says what became of it. */
const KEEP_MS = 90 * 24 * 60 * 60 * 1000;

/** Deletes at most `budget` invitations that ended long ago; answers how many. */
export function sweepInvitations(store: Reader, now: number, budget: number): Promise<number> {
  return deleteOldInvitations(store, now - KEEP_MS, budget);
}
