import type { Context, Transaction } from "../context.ts";
import { sweepLock } from "../database/locks.ts";
import type { Worker } from "./worker.ts";

const EVERY_MS = 60_000;
/** One kind of rows keeps the database busy for no longer than this in a minute. */
const ROUND_MS = 20_000;

/** One kind of rows that go when they are past their life. */
export interface Sweep extends Pick<Worker, "name" | "wokenBy"> {
  /** How many rows one transaction deletes at most, so that it never holds the database for long. */
  readonly budget: number;
  /** Each transaction takes a part of the rows, such as those of one project, so that less than a budget may not be all. */
  readonly inParts?: boolean;
  /** Deletes at most `budget` rows; answers how many. */
  sweep(tx: Transaction, now: number, budget: number, ctx: Context): Promise<number>;
}

/**
 * A worker that deletes in one round what there is, in short transactions and as long as its time lasts; the rest goes in
 * the next minute. After each transaction it rests as long as that one took, so that callers have at least half the time.
 */
export function sweeping({ name: kind, wokenBy, budget, inParts = false, sweep }: Sweep): Worker {
  const name = `sweep ${kind}`;
  return {
    ...{ name, wokenBy, everyMs: EVERY_MS },
    async step(ctx, isStopping) {
      const end = performance.now() + ROUND_MS;
      for (;;) {
        const begun = performance.now();
        const deleted = await ctx.db.write(async (tx) => {
          await ctx.db.lock(tx, sweepLock(kind));
          return sweep(tx, ctx.clock.now(), budget, ctx);
        });
        const isAll = deleted === 0 || (deleted < budget && !inParts);
        if (isAll || isStopping() || performance.now() > end) return false;
        const tookMs = performance.now() - begun;
        await new Promise((resolve) => setTimeout(resolve, tookMs));
      }
    },
  };
}
