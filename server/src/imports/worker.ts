import { setImmediate as othersFirst } from "node:timers/promises";
import type { Context } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { newId } from "../platform/crypto.ts";
import { finishImport } from "./finish-import.ts";
import { runImport } from "./run-import.ts";
import { claimImport, deleteSpentChunks, selectClaimable, selectSpentChunks } from "./store.ts";
import { onImportWaiting } from "./wake.ts";
import { CLAIM_MS } from "./write-batch.ts";

/** How soon an import is seen whose worker died, or that another node received. */
const LOOK_EVERY_MS = 2000;
/** An import that gets nowhere so often brings its worker down. */
const MOST_ATTEMPTS = 5;
/** Chunks are large. */
const CHUNKS_AT_ONCE = 4;

/** Reads imports, one after the other, as long as this process runs. Answers a function that stops after the next part. */
export function startImports(ctx: Context): () => Promise<void> {
  let isStopping = false;
  let wake = () => {};
  onImportWaiting(ctx.db, () => wake());
  const over = (async () => {
    while (!isStopping) {
      const worked = await attempt(ctx, () => isStopping);
      if (worked || isStopping) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_EVERY_MS).unref();
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return async () => {
    isStopping = true;
    wake();
    await over;
  };
}

async function attempt(ctx: Context, isStopping: () => boolean): Promise<boolean> {
  try {
    return await runNextImport(ctx, isStopping);
  } catch (error) {
    ctx.log.error({ err: error }, "import");
    return false;
  }
}

/** Claims the oldest import that waits and works on it; false when none does. Deletes the bytes of those that are over. */
export async function runNextImport(ctx: Context, isStopping = () => false): Promise<boolean> {
  const worker = newId("wrk");
  const job = await claim(ctx, worker);
  if (job) await work(ctx, worker, job, isStopping);
  await deleteSpent(ctx, isStopping);
  return job !== undefined;
}

async function work(
  ctx: Context,
  worker: string,
  job: ImportTable,
  isStopping: () => boolean,
): Promise<void> {
  if (job.attempts > MOST_ATTEMPTS) {
    const message = "Reading the file was begun several times and never got on.";
    const end = { state: "failed", error: { code: "interrupted", message } } as const;
    await ctx.db.write((tx) => finishImport(tx, job, end, { now: ctx.clock.now(), worker }));
  } else await runImport(ctx, worker, job, isStopping);
}

/** However they ended, a few at a time. */
async function deleteSpent(ctx: Context, isStopping: () => boolean): Promise<void> {
  while (!isStopping() && (await selectSpentChunks(ctx.db.read, 1)).length > 0) {
    await ctx.db.write((tx) => deleteSpentChunks(tx, CHUNKS_AT_ONCE));
    await othersFirst();
  }
}

async function claim(ctx: Context, worker: string): Promise<ImportTable | undefined> {
  const now = ctx.clock.now();
  const id = await selectClaimable(ctx.db.read, now);
  if (id === undefined) return undefined;
  return ctx.db.write((tx) => claimImport(tx, id, { by: worker, now, until: now + CLAIM_MS }));
}
