import type { Reader } from "../context.ts";
import { deleteOldEvents } from "./store.ts";

const OUTBOX_MS = 30 * 24 * 60 * 60 * 1000;

/** Deletes at most `budget` events that were not delivered within thirty days; answers how many. */
export function sweepOutbox(store: Reader, now: number, budget: number): Promise<number> {
  return deleteOldEvents(store, now - OUTBOX_MS, budget);
}
