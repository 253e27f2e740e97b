import { UPLOAD_LIFE_SECONDS } from "@parlance/contract/import-limits";
import type { Transaction } from "../context.ts";
import { after } from "../platform/clock.ts";
import { finishImport } from "./finish-import.ts";
import { deleteReports, deleteSpentChunks, selectAbandoned } from "./store.ts";

const REPORT_LIFE_SECONDS = 30 * 24 * 60 * 60;
/** Chunks are large. */
const CHUNKS_PER_SWEEP = 20;

/** Drops uploads that nobody completed in a day, bytes that are not needed any more, and reports after thirty days. */
export async function sweepImports(store: Transaction, now: number, budget: number): Promise<void> {
  const abandoned = await selectAbandoned(store, after(now, -UPLOAD_LIFE_SECONDS), Math.ceil(budget / 100));
  for (const id of abandoned) await finishImport(store, { id }, { state: "cancelled" }, { now });
  await deleteSpentChunks(store, CHUNKS_PER_SWEEP);
  await deleteReports(store, after(now, -REPORT_LIFE_SECONDS), budget);
}
