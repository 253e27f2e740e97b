import type { Context } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { newId } from "../platform/crypto.ts";
import { finishImport } from "./finish-import.ts";
import { runImport } from "./run-import.ts";
import { claimImport, selectClaimable } from "./store.ts";
import { onImportWaiting } from "./wake.ts";
import { CLAIM_MS } from "./write-batch.ts";

/** How soon an import is seen whose worker died, or that another node received. */
const LOOK_EVERY_MS = 2000;
/** An import that gets nowhere so often brings its worker down. */
const MOST_ATTEMPTS = 5;

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

/** Claims the oldest import that waits and works on it; false when none does. */
export async function runNextImport(ctx: Context, isStopping = () => false): Promise<boolean> {
  const worker = newId("wrk");
  const job = await claim(ctx, worker);
  if (!job) return false;
  if (job.attempts > MOST_ATTEMPTS) {
    const message = "Reading the file was begun several times and never got on.";
    const end = { state: "failed", error: { code: "interrupted", message } } as const;
    await ctx.db.write((tx) => finishImport(tx, job, end, { now: ctx.clock.now(), worker }));
  } else await runImport(ctx, worker, job, isStopping);
  return true;
}

async function claim(ctx: Context, worker: string): Promise<ImportTable | undefined> {
  const now = ctx.clock.now();
  const id = await selectClaimable(ctx.db.read, now);
  if (id === undefined) return undefined;
  return ctx.db.write((tx) => claimImport(tx, id, { by: worker, now, until: now + CLAIM_MS }));
}
