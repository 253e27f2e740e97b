interface Line {
  running: number;
  waiting: (() => void)[];
}

/**
 * Runs at most `slots` works of one name at once within this process, and starts the others in the order in which they
 * came. Works of different names do not wait for each other, and a work that fails keeps nobody waiting.
 */
export class Queue {
  readonly #slots: number;
  /** Only of names that have a work running. */
  readonly #lines = new Map<string, Line>();

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Returns what `work` returns, and throws what it throws. */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(name) ?? { running: 0, waiting: [] };
    this.#lines.set(name, line);
    if (line.running < this.#slots) line.running++;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#leave(name, line);
    }
  }

  /** Hands the slot to the work that has waited longest. */
  #leave(name: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) next();
    else if (--line.running === 0) this.#lines.delete(name);
  }
}
