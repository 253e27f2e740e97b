import { ApiError } from "./api-error.ts";

const RETRY_SOON_SECONDS = 2;

interface Line {
  running: number;
  /** How each is begun. */
  waiting: Set<() => void>;
}

/** How many tasks of one name may wait, and for how long. */
interface Patience {
  readonly most: number;
  readonly milliseconds?: number;
}

/**
 * Runs at most `slots` tasks of one name at once within this process, and starts the others in the order in which they
 * came. Tasks of different names do not wait for each other, and a task that fails does not block the next.
 */
export class Queue {
  readonly #slots: number;
  readonly #patience: Patience | undefined;
  /** One for each name that has a task running. */
  readonly #lines = new Map<string, Line>();

  /** @param patience without it a task waits for as long as it takes */
  constructor(slots: number, patience?: Patience) {
    this.#slots = slots;
    this.#patience = patience;
  }

  /**
   * Runs `work` when a slot is free; returns what it returns, and throws what it throws. Throws `temporarily_unavailable`
   * when too many wait already, or when it has waited too long.
   */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(name) ?? { running: 0, waiting: new Set() };
    this.#lines.set(name, line);
    if (line.running < this.#slots) line.running++;
    else await this.#wait(line);
    try {
      return await work();
    } finally {
      this.#leave(name, line);
    }
  }

  async #wait({ waiting }: Line): Promise<void> {
    if (waiting.size >= (this.#patience?.most ?? Number.POSITIVE_INFINITY)) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const giveUp = () => {
      waiting.delete(resolve);
      reject(busy());
    };
    const { milliseconds } = this.#patience ?? {};
    const timer = milliseconds === undefined ? undefined : setTimeout(giveUp, milliseconds);
    await promise.finally(() => clearTimeout(timer));
  }

  /** Hands the slot to the task that has waited longest. */
  #leave(name: string, line: Line): void {
    const [begin] = line.waiting;
    if (begin) {
      line.waiting.delete(begin);
      begin();
    } else if (--line.running === 0) this.#lines.delete(name);
  }
}

function busy(): ApiError {
  const sentence = "Too many others wait for the same. Try again shortly.";
  return new ApiError("temporarily_unavailable", sentence, { retryAfterSeconds: RETRY_SOON_SECONDS });
}
