/** A fixed window: at most `count` takes in `seconds`. */
export interface Limit {
  readonly count: number;
  readonly seconds: number;
  /** Anybody can make up keys of it, by coming from another network or by naming another address. */
  readonly ofStrangers?: true;
}

export interface Taken {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window starts anew. */
  readonly resetSeconds: number;
}

export interface RateLimiter {
  /** Counts one call in the window of `key`; `now` in milliseconds. */
  take(key: string, limit: Limit, now: number): Promise<Taken>;
}

const MOST_KEYS = 100_000;

/** A limiter for one process. What strangers make up never takes the place of anybody else's window. */
export function memoryLimiter(mostKeys = MOST_KEYS): RateLimiter {
  const ofStrangers = new Windows(mostKeys, "share");
  const ofKnown = new Windows(mostKeys, "drop");
  return {
    async take(key, limit, now) {
      const windows = limit.ofStrangers ? ofStrangers : ofKnown;
      return taken(limit, windows.count(key, limit, now), now);
    },
  };
}

/**
 * Counts in fixed windows, of at most `mostKeys` keys for each length of window. Windows of one length begin and end
 * together, so they are forgotten together, at once.
 *
 * When there are too many keys, `share` counts all further ones in one window, so that no running one is lost; `drop`
 * forgets the oldest, where each key takes a credential that is good for as much again.
 */
export class Windows {
  readonly #mostKeys: number;
  readonly #whenFull: "share" | "drop";
  /** By length in seconds. */
  readonly #running = new Map<number, { start: number; counts: Map<string, number> }>();

  constructor(mostKeys: number, whenFull: "share" | "drop") {
    this.#mostKeys = mostKeys;
    this.#whenFull = whenFull;
  }

  /** Counts one more; answers how many there were with it. */
  count(key: string, limit: Limit, now: number): number {
    const counts = this.#countsOf(limit, now);
    const name = this.#nameOf(counts, key, limit);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (this.#whenFull === "drop" && counts.size > this.#mostKeys) {
      counts.delete(counts.keys().next().value as string);
    }
    return count;
  }

  /** Takes back what was counted at that moment, if its window still runs. */
  takeBack(key: string, limit: Limit, at: number): void {
    const running = this.#running.get(limit.seconds);
    if (running?.start !== windowStart(limit, at)) return;
    const name = this.#nameOf(running.counts, key, limit);
    const count = running.counts.get(name) ?? 0;
    if (count > 1) running.counts.set(name, count - 1);
    else running.counts.delete(name);
  }

  /** Whether nobody was counted so far. */
  isEmpty(limit: Limit, now: number): boolean {
    return this.#countsOf(limit, now).size === 0;
  }

  /** How many were counted so far. */
  soFar(key: string, limit: Limit, now: number): number {
    const counts = this.#countsOf(limit, now);
    return counts.get(this.#nameOf(counts, key, limit)) ?? 0;
  }

  #countsOf(limit: Limit, now: number): Map<string, number> {
    const start = windowStart(limit, now);
    const found = this.#running.get(limit.seconds);
    if (found?.start === start) return found.counts;
    const counts = new Map<string, number>();
    this.#running.set(limit.seconds, { start, counts });
    return counts;
  }

  #nameOf(counts: Map<string, number>, key: string, limit: Limit): string {
    const hasRoom = this.#whenFull === "drop" || counts.size < this.#mostKeys || counts.has(key);
    return hasRoom ? key : `others, at most ${limit.count}`;
  }
}

/** When the window that `now` falls into began, in milliseconds. */
export function windowStart(limit: Limit, now: number): number {
  return now - (now % (limit.seconds * 1000));
}

/** The answer to the take that made the count of its window `count`. */
export function taken(limit: Limit, count: number, now: number): Taken {
  return {
    allowed: count <= limit.count,
    limit: limit.count,
    remaining: Math.max(0, limit.count - count),
    resetSeconds: Math.ceil((windowStart(limit, now) + limit.seconds * 1000 - now) / 1000),
  };
}
