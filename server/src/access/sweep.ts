import type { Reader } from "../context.ts";
import { deleteExpiredAnswers } from "./store.ts";

/** Deletes at most `budget` remembered answers past their life. */
export async function sweepAnswers(store: Reader, now: number, budget: number): Promise<void> {
  await deleteExpiredAnswers(store, now, budget);
}
