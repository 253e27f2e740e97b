import { sql } from "kysely";
import { Lru } from "../platform/lru.ts";
import {
  type Limit,
  memoryLimiter,
  type RateLimiter,
  type Taken,
  taken,
  windowStart,
} from "../platform/rate-limit.ts";
import type { Database, Reader } from "./open.ts";
import { prepared } from "./prepared.ts";

/** Opens the limiter: in memory for one process; in a table on Postgres, so that a limit holds across nodes. */
export function openRateLimiter(db: Database): RateLimiter {
  return db.engine === "sqlite" ? memoryLimiter() : new LeasingLimiter(db.read);
}

const MOST_WINDOWS = 50_000;
/** Of a window's calls, the most that a node takes at once. */
const LARGEST_SHARE = 1 / 20;
const LARGEST_LEASE = 1_000;

/** What this node has of one window. */
interface Lease {
  readonly start: number;
  /** The number of the next call that may be made, and of the last one that is this node's. */
  next: number;
  last: number;
  /** How many calls it takes next: a caller that comes often is soon worth a larger lease. */
  size: number;
  leasing: Promise<void> | undefined;
}

/**
 * Counts in a table that all nodes share, but takes several calls of a window at once, so that nearly no call waits for it.
 * Nobody is ever let in more often than the limit. What one node has taken and does not use is lost to the others: with n
 * nodes a caller may be refused up to (n - 1) twentieths of the limit too early, in a window that it all but used up.
 */
class LeasingLimiter implements RateLimiter {
  readonly #store: Reader;
  readonly #leases = new Lru<Lease>(MOST_WINDOWS);

  constructor(store: Reader) {
    this.#store = store;
  }

  async take(key: string, limit: Limit, now: number): Promise<Taken> {
    const start = windowStart(limit, now);
    const lease = this.#leaseOf(key, start);
    while (lease.next > lease.last && lease.last < limit.count) {
      lease.leasing ??= this.#extend(key, lease, limit).finally(() => {
        lease.leasing = undefined;
      });
      await lease.leasing;
    }
    return taken(limit, lease.next > lease.last ? limit.count + 1 : lease.next++, now);
  }

  #leaseOf(key: string, start: number): Lease {
    const known = this.#leases.get(key);
    if (known?.start === start) return known;
    const lease = { start, next: 1, last: 0, size: 1, leasing: undefined };
    this.#leases.set(key, lease);
    return lease;
  }

  async #extend(key: string, lease: Lease, limit: Limit): Promise<void> {
    const size = Math.max(1, Math.min(lease.size, limit.count * LARGEST_SHARE, LARGEST_LEASE) | 0);
    const [row] = await lengthen(this.#store, { key, start: lease.start, size });
    const count = row?.count ?? 0;
    lease.next = count - size + 1;
    lease.last = Math.min(count, limit.count);
    lease.size = size * 2;
  }
}

interface Lengthening {
  key: string;
  start: number;
  size: number;
}

/** The one statement that takes `size` calls of a window, and begins the window when it is another one. */
const lengthen = prepared((store, { key, start, size }: Lengthening) =>
  store
    .insertInto("rateLimits")
    .values({ key, windowStart: start, count: size })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({
        count: sql<number>`case when "rateLimits"."windowStart" = excluded."windowStart"
          then "rateLimits"."count" + excluded."count" else excluded."count" end`,
        windowStart: sql<number>`excluded."windowStart"`,
      }),
    )
    .returning("count"),
);
/** No window is longer than this. */
const LONGEST_WINDOW_MS = 60 * 60 * 1000;

/** Deletes at most `budget` windows that are over; answers how many. */
export async function deleteFinishedWindows(store: Reader, now: number, budget: number): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("rateLimits")
    .where("key", "in", (from) =>
      from
        .selectFrom("rateLimits")
        .select("key")
        .where("windowStart", "<", now - LONGEST_WINDOW_MS)
        .limit(budget),
    )
    // Again here: a new window may have begun under the key since it was picked.
    .where("windowStart", "<", now - LONGEST_WINDOW_MS)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
