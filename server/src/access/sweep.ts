import type { Reader } from "../context.ts";
import { deleteExpiredAnswers } from "./store.ts";

/** Deletes at most `budget` stored answers past their life; answers how many. */
export function sweepAnswers(store: Reader, now: number, budget: number): Promise<number> {
  return deleteExpiredAnswers(store, now, budget);
}
