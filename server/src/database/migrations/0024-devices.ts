import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/**
 * Devices without a browser (RFC 8628): a request may have no address to return to and no browser until a person brings its
 * code, and an app is allowed to begin such requests by its owner or by its own registration.
 */
export const addDevices: MigrationStep = async (db, engine) => {
  for (const column of ["redirectUri", "browserHash"]) {
    const requests = sql.table("authorizationRequests");
    const name = sql.ref(column);
    if (engine === "postgres") {
      await sql`alter table ${requests} alter column ${name} drop not null`.execute(db);
      continue;
    }
    // SQLite takes no constraint away, and a table made anew would take the approvals along.
    await sql`alter table ${requests} add column "given" text`.execute(db);
    await sql`update ${requests} set "given" = ${name}`.execute(db);
    await sql`alter table ${requests} drop column ${name}`.execute(db);
    await sql`alter table ${requests} rename column "given" to ${name}`.execute(db);
  }
  await db.schema.alterTable("apps").addColumn("deviceFlowAt", "bigint").execute();
  await db.schema
    .createTable("deviceCodes")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("requestId", "text", (c) =>
      c.notNull().unique().references("authorizationRequests.id").onDelete("cascade"),
    )
    .addColumn("userCodeHash", "text", (c) => c.notNull().unique())
    .addColumn("intervalSeconds", "integer", (c) => c.notNull())
    .addColumn("polledAt", "bigint")
    .execute();
};
