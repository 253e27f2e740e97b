import { UPLOAD_LIFE_SECONDS } from "@parlance/contract/import-limits";
import type { Reader, Transaction } from "../context.ts";
import { after } from "../platform/clock.ts";
import { finishImport } from "./finish-import.ts";
import { deleteOldImports, deleteOldProblems, deleteSpentChunks, selectAbandoned } from "./store.ts";

const REPORT_LIFE_SECONDS = 30 * 24 * 60 * 60;

/** Cancels at most `budget` uploads that nobody completed in a day; answers how many. */
export async function sweepUploads(store: Transaction, now: number, budget: number): Promise<number> {
  const abandoned = await selectAbandoned(store, after(now, -UPLOAD_LIFE_SECONDS), budget);
  for (const id of abandoned) await finishImport(store, { id }, { state: "cancelled" }, { now });
  return abandoned.length;
}

/** Deletes at most `budget` parts of files whose import is over, however it ended; answers how many. */
export function sweepChunks(store: Reader, _now: number, budget: number): Promise<number> {
  return deleteSpentChunks(store, budget);
}

/** Deletes at most `budget` problems of imports that ended thirty days ago; answers how many. */
export function sweepProblems(store: Reader, now: number, budget: number): Promise<number> {
  return deleteOldProblems(store, after(now, -REPORT_LIFE_SECONDS), budget);
}

/** Deletes at most `budget` imports that ended thirty days ago, once their problems and bytes are gone; answers how many. */
export function sweepImports(store: Reader, now: number, budget: number): Promise<number> {
  return deleteOldImports(store, after(now, -REPORT_LIFE_SECONDS), budget);
}
