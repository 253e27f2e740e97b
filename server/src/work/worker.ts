import type { Context } from "../context.ts";
import type { Signal } from "./signal.ts";

/** One kind of background work. */
export interface Worker {
  /** In the log. */
  readonly name: string;
  /** How long it rests when a step found nothing more to do. */
  readonly everyMs: number;
  /** Ends the rest early. */
  readonly wokenBy?: Signal | undefined;
  /** How many steps one process runs at the same time; one unless it says otherwise. */
  readonly atOnce?: number | undefined;
  /** Runs before the first step. What it throws is logged, and it is tried again later. */
  begin?(ctx: Context): Promise<void>;
  /**
   * Does the next piece of work, in short transactions, and answers whether more may wait. Returns early, with everything
   * kept, when `isStopping` says so. What it throws is logged, and the worker is tried again later.
   */
  step(ctx: Context, isStopping: () => boolean): Promise<boolean>;
}
