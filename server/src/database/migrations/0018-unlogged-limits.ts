import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/** Windows of rate limits are worth nothing after a crash, so that counting in them need not wait for the disk. */
export const unlogLimits: MigrationStep = async (db, engine) => {
  if (engine === "postgres") await sql`alter table "rateLimits" set unlogged`.execute(db);
};
