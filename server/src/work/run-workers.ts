import { setImmediate as othersFirst } from "node:timers/promises";
import type { Context } from "../context.ts";
import { type BackOff, backOffMs } from "./back-off.ts";
import type { Worker } from "./worker.ts";

const BACK_OFF: BackOff = { firstMs: 1000, mostMs: 60_000 };
/** Between the first steps of two workers, so that those of one rhythm do not all ask the database at the same moment. */
const APART_MS = 100;

/**
 * Runs workers as long as this process lives. Answers a function that stops them: each finishes or breaks off its step.
 * Those that take longer than `withinMs` are named in the log and left; their claims run out.
 */
export function runWorkers(ctx: Context, workers: readonly Worker[]): (withinMs: number) => Promise<void> {
  const lanes = workers.flatMap((worker, index) =>
    Array.from({ length: worker.atOnce ?? 1 }, () => new Lane(ctx, worker, index * APART_MS)),
  );
  return async (withinMs) => {
    const over = Promise.all(lanes.map((lane) => lane.stop()));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([over, late]);
    clearTimeout(timer);
    for (const { isOver, name } of lanes) {
      if (!isOver) ctx.log.warn({ worker: name }, "background work was left in the middle of a step");
    }
  };
}

/** One step after the other of one worker. */
class Lane {
  readonly name: string;
  isOver = false;
  readonly #ctx: Context;
  readonly #worker: Worker;
  readonly #over: Promise<void>;
  #failures = 0;
  #hasBegun = false;
  #isStopping = false;
  #isWoken = false;
  #endRest = () => {};

  constructor(ctx: Context, worker: Worker, afterMs: number) {
    this.name = worker.name;
    this.#ctx = ctx;
    this.#worker = worker;
    this.#over = this.#run(afterMs);
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    this.#endRest();
    return this.#over;
  }

  async #run(afterMs: number): Promise<void> {
    const stopListening = this.#worker.wokenBy?.listen(this.#ctx.db, () => this.#wake());
    await this.#rest(afterMs);
    while (!this.#isStopping) {
      this.#isWoken = false;
      const restMs = await this.#step();
      // Of what waits since the step began, the step may have seen nothing.
      const isWanted = this.#isWoken && this.#failures === 0;
      await this.#rest(isWanted ? 0 : restMs);
    }
    stopListening?.();
    this.isOver = true;
  }

  /** Answers how long to rest. */
  async #step(): Promise<number> {
    try {
      if (!this.#hasBegun) await this.#worker.begin?.(this.#ctx);
      this.#hasBegun = true;
      const hasMore = await this.#worker.step(this.#ctx, () => this.#isStopping);
      this.#failures = 0;
      return hasMore ? 0 : this.#worker.everyMs;
    } catch (error) {
      this.#failures++;
      const againInMs = backOffMs(this.#failures, BACK_OFF);
      const facts = { err: error, worker: this.name, failures: this.#failures, againInMs };
      this.#ctx.log.error(facts, "background work failed");
      return againInMs;
    }
  }

  /** Backing off is not cut short. */
  #wake(): void {
    this.#isWoken = true;
    if (this.#failures === 0) this.#endRest();
  }

  async #rest(ms: number): Promise<void> {
    if (ms === 0) return othersFirst();
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
