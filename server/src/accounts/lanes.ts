import { ApiError } from "../platform/api-error.ts";

/** Nobody waits longer: whoever asks for a page does not either. */
const LONGEST_WAIT_MS = 10_000;

/** Time as it passes, whatever the clock says. */
export interface Stopwatch {
  /** In milliseconds since any moment. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

const REAL: Stopwatch = {
  now: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

interface Lane {
  readonly name: string;
  /** How many may wait in it. */
  readonly most: number;
  /** How long one turn takes now. */
  readonly gapMs: number;
}

interface Waiting {
  count: number;
  lastTurnAt: number;
}

/** Lets who shares a lane go on one after another. Bounded: how many wait, in a lane and in all, and for how long. */
export class Lanes {
  readonly #most: number;
  readonly #stopwatch: Stopwatch;
  readonly #waiting = new Map<string, Waiting>();
  #all = 0;

  constructor(most: number, stopwatch: Stopwatch = REAL) {
    this.#most = most;
    this.#stopwatch = stopwatch;
  }

  /** Waits for a turn in all of these lanes. Throws `rate_limited` when one of them is full. */
  async wait(lanes: readonly Lane[]): Promise<void> {
    if (lanes.length === 0) return;
    const isFull = ({ name, most }: Lane) => (this.#waiting.get(name)?.count ?? 0) >= most;
    if (this.#all >= this.#most || lanes.some(isFull)) {
      throw new ApiError("rate_limited", undefined, { retryAfterSeconds: LONGEST_WAIT_MS / 1000 });
    }
    const now = this.#stopwatch.now();
    const turnAt = Math.max(...lanes.map((lane) => this.#enter(lane, now)));
    this.#all++;
    await this.#stopwatch.pause(Math.min(turnAt - now, LONGEST_WAIT_MS));
    this.#all--;
    for (const lane of lanes) this.#leave(lane);
  }

  #enter({ name, gapMs }: Lane, now: number): number {
    const waiting = this.#waiting.get(name) ?? { count: 0, lastTurnAt: now };
    waiting.count++;
    waiting.lastTurnAt += gapMs;
    this.#waiting.set(name, waiting);
    return waiting.lastTurnAt;
  }

  #leave({ name }: Lane): void {
    const waiting = this.#waiting.get(name);
    if (!waiting) return;
    waiting.count--;
    if (waiting.count === 0) this.#waiting.delete(name);
  }
}
