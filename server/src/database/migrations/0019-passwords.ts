import { type Kysely, sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";
import type { Schema } from "../schema.ts";

/** What began under a password ends with it. Requests that were redeemed stay, so that a replayed code is recognized. */
const ENDED = [
  `delete from "sessions" where "userId" = new."userId"`,
  `delete from "authorizationRequests" where "userId" = new."userId" and "redeemedAt" is null`,
];

/**
 * The sign-in library writes a password by itself, outside of every transaction of ours. Here sessions and pending
 * requests end in that very statement, so that no failure and no crash after it leaves them alive (decision 13).
 */
export const endWithPasswords: MigrationStep = (db, engine) =>
  engine === "sqlite" ? onSqlite(db) : onPostgres(db);

async function onSqlite(db: Kysely<Schema>): Promise<void> {
  const body = ENDED.map((statement) => `${statement};`).join(" ");
  await sql
    .raw(
      `create trigger "passwordChanged" after update of "password" on "accounts"
      when new."password" is not old."password" begin ${body} end`,
    )
    .execute(db);
}

async function onPostgres(db: Kysely<Schema>): Promise<void> {
  const body = ENDED.map((statement) => `${statement};`).join(" ");
  await sql
    .raw(
      `create function "endWithPassword"() returns trigger language plpgsql
      as $$ begin ${body} return null; end $$`,
    )
    .execute(db);
  await sql
    .raw(
      `create trigger "passwordChanged" after update of "password" on "accounts" for each row
      when (new."password" is distinct from old."password") execute function "endWithPassword"()`,
    )
    .execute(db);
}
