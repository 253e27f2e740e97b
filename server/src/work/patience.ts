import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "../context.ts";
import { perOwner } from "../platform/per-owner.ts";
import type { Signal } from "./signal.ts";
import { stopping } from "./stopping.ts";

/** How long a call looks away, unless the signal wakes it. */
const LOOKS_EVERY_MS = 1000;
/** Of one process: each looks at a row or two every second. */
const MOST_WAITING = 200;

const waiting = perOwner(() => ({ count: 0 }));

/**
 * The wait of a call for background work, which holds nothing meanwhile: no connection, no transaction. It ends after
 * `waitMs`, when the client is gone, when the process is stopping, and at once where too many calls wait already.
 */
export class Patience {
  readonly #call: Pick<Call, "db" | "gone">;
  readonly #until: number;
  readonly #wokenBy: Signal;

  constructor(call: Pick<Call, "db" | "gone">, waitMs: number, wokenBy: Signal) {
    this.#call = call;
    this.#until = performance.now() + waitMs;
    this.#wokenBy = wokenBy;
  }

  /** Answers true when it is time to look again, false when the wait is over. */
  async pause(): Promise<boolean> {
    const left = this.#until - performance.now();
    const others = waiting(this.#call.db);
    if (left <= 0 || others.count >= MOST_WAITING) return false;
    others.count++;
    try {
      return await this.#sleep(Math.min(left, LOOKS_EVERY_MS));
    } finally {
      others.count--;
    }
  }

  async #sleep(milliseconds: number): Promise<boolean> {
    const { db, gone } = this.#call;
    const ends = AbortSignal.any([stopping(db), ...(gone ? [gone] : [])]);
    const woken = new AbortController();
    const rest = this.#wokenBy.listen(db, () => woken.abort());
    try {
      await sleep(milliseconds, undefined, { signal: AbortSignal.any([ends, woken.signal]) });
    } catch (error) {
      if (!woken.signal.aborted && !ends.aborted) throw error;
    } finally {
      rest();
    }
    return !ends.aborted;
  }
}
