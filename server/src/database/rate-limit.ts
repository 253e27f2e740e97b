import { sql } from "kysely";
import { memoryLimiter, type RateLimiter, taken, windowStart } from "../platform/rate-limit.ts";
import type { Database, Reader } from "./open.ts";

/** Opens the limiter: in memory for one process; in a table on Postgres, so that a limit holds across nodes. */
export function openRateLimiter(db: Database): RateLimiter {
  if (db.engine === "sqlite") return memoryLimiter();
  return {
    async take(key, limit, now) {
      const start = windowStart(limit, now);
      const row = await db.read
        .insertInto("rateLimits")
        .values({ key, windowStart: start, count: 1 })
        .onConflict((conflict) =>
          conflict.column("key").doUpdateSet({
            count: sql<number>`case when "rateLimits"."windowStart" = ${start} then "rateLimits"."count" + 1 else 1 end`,
            windowStart: start,
          }),
        )
        .returning("count")
        .executeTakeFirstOrThrow();
      return taken(limit, row.count, now);
    },
  };
}

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
