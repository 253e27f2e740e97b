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
  /** One for each name that has a task running. */
  readonly #lines = new Map<string, Line>();

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Runs `work` when a slot is free; returns what it returns, and throws what it throws. */
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

  /** Hands the slot to the task that has waited longest. */
  #leave(name: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) next();
    else if (--line.running === 0) this.#lines.delete(name);
  }
}
