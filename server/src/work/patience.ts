import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "../context.ts";
import { perOwner } from "../platform/per-owner.ts";
import type { Signal } from "./signal.ts";
import { stopping } from "./stopping.ts";

/** How long a call looks away, unless the signal wakes it. */
const LOOKS_EVERY_MS = 1000;
/** Of one process: each looks at a row or two every second. */
const MOST_WAITING = 200;
/** Of one caller, so that nobody takes the places of all others. */
const MOST_WAITING_EACH = 20;

const waiting = perOwner(() => ({ all: 0, each: new Map<string, number>() }));

type WaitingCall = Pick<Call, "db" | "gone" | "address"> & {
  readonly caller: Pick<Call["caller"], "limitKey">;
};

/**
 * The wait of a call for background work, which holds nothing meanwhile: no connection, no transaction. It ends after
 * `waitMs`, when the client is gone, when the process is stopping, and at once where too many calls wait already, of this caller or of all.
 */
export class Patience {
  readonly #call: WaitingCall;
  readonly #until: number;
  readonly #wokenBy: Signal;

  constructor(call: WaitingCall, waitMs: number, wokenBy: Signal) {
    this.#call = call;
    this.#until = performance.now() + waitMs;
    this.#wokenBy = wokenBy;
  }

  /** Answers true when it is time to look again, false when the wait is over. */
  async pause(): Promise<boolean> {
    // A timer may come a part of a millisecond early; what is left then is nothing.
    const left = Math.floor(this.#until - performance.now());
    const now = waiting(this.#call.db);
    const { caller, address } = this.#call;
    const name = caller.limitKey ?? address;
    const own = now.each.get(name) ?? 0;
    if (left <= 0 || now.all >= MOST_WAITING || own >= MOST_WAITING_EACH) return false;
    now.all++;
    now.each.set(name, own + 1);
    try {
      return await this.#sleep(Math.min(left, LOOKS_EVERY_MS));
    } finally {
      now.all--;
      const rest = (now.each.get(name) ?? 1) - 1;
      if (rest > 0) now.each.set(name, rest);
      else now.each.delete(name);
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
