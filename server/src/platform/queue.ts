import { ApiError } from "./api-error.ts";

interface Line {
  running: number;
  waiting: (() => void)[];
}

/**
 * Runs at most `slots` tasks of one name at once within this process, and starts the others in the order in which they
 * came. Tasks of different names do not wait for each other, and a task that fails does not block the next.
 */
export class Queue {
  readonly #slots: number;
  readonly #mostWaiting: number;
  /** One for each name that has a task running. */
  readonly #lines = new Map<string, Line>();

  /** @param mostWaiting how many tasks of one name may wait; the rest is refused */
  constructor(slots: number, mostWaiting = Number.POSITIVE_INFINITY) {
    this.#slots = slots;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Runs `work` when a slot is free; returns what it returns, and throws what it throws. Throws `temporarily_unavailable`
   * when too many wait already.
   */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(name) ?? { running: 0, waiting: [] };
    if (line.running >= this.#slots && line.waiting.length >= this.#mostWaiting) throw full();
    this.#lines.set(name, line);
    if (line.running < this.#slots) line.running++;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#leave(name, line);
    }
  }

  /** Hands the slot to the task that has waited longest. */
  #leave(name: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) next();
    else if (--line.running === 0) this.#lines.delete(name);
  }
}

function full(): ApiError {
  return new ApiError("temporarily_unavailable", "Too many others wait for the same. Try again shortly.");
}
