/** A fixed window: at most `count` takes in `seconds`. */
export interface Limit {
  readonly count: number;
  readonly seconds: number;
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

/** A limiter for one process. It forgets finished windows, so it does not grow with traffic. */
export function memoryLimiter(): RateLimiter {
  const windows = new Map<string, { start: number; count: number; seconds: number }>();
  return {
    async take(key, limit, now) {
      const start = windowStart(limit, now);
      const found = windows.get(key);
      const window = found?.start === start ? found : { start, count: 0, seconds: limit.seconds };
      window.count++;
      if (windows.size >= MOST_KEYS) forget(windows, now);
      windows.set(key, window);
      return taken(limit, window.count, now);
    },
  };
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

function forget(windows: Map<string, { start: number; seconds: number }>, now: number): void {
  for (const [key, window] of windows) {
    if (window.start + window.seconds * 1000 <= now) windows.delete(key);
  }
  // All still running: drop the oldest tenth rather than grow.
  let surplus = windows.size - MOST_KEYS * 0.9;
  for (const key of windows.keys()) {
    if (surplus-- <= 0) break;
    windows.delete(key);
  }
}
