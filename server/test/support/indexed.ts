import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../src/database/open.ts";

/** How many texts SQLite's search index does not hold yet. */
export async function countWaiting({ read }: Pick<Database, "read">): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as "count" from "searchPending"`.execute(
    read,
  );
  return rows[0]?.count ?? 0;
}

/** Resolves when the search index holds every text: at once on Postgres. */
export async function untilIndexed(db: Database): Promise<void> {
  if (db.engine === "sqlite") while ((await countWaiting(db)) > 0) await sleep(20);
}
