import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

const IDS = ["actorUserId", "actorAppId", "actorGrantId", "actorApiKeyId", "actorSession"] as const;

/**
 * Who did something stands in one group of columns wherever it is kept, with the door it came through; an idempotency
 * key is claimed before the deed.
 */
export const unifyActors: MigrationStep = async (db) => {
  for (const table of ["auditEntries", "changesets", "imports", "releases"] as const) {
    if (table === "releases") await sql`alter table "releases" add column "actorType" text`.execute(db);
    for (const column of IDS) {
      await sql`alter table ${sql.table(table)} add column ${sql.ref(column)} text`.execute(db);
    }
  }
  await sql`alter table "auditEntries" add column "via" text`.execute(db);
  await sql`
    update "auditEntries" set
      "actorUserId" = case when "actorType" = 'user' then "actorId" end,
      "actorAppId" = case when "actorType" = 'app' then "actorId" end,
      "actorGrantId" = case when "actorType" = 'app' then "grantId" end`.execute(db);
  for (const table of ["changesets", "imports"] as const) {
    await sql`
      update ${sql.table(table)} set
        "actorUserId" = "userId", "actorAppId" = "appId", "actorGrantId" = "grantId"`.execute(db);
  }
  await sql`
    update "releases" set
      "actorType" = case when "createdBy" is null then 'system' when "grantId" is null then 'user' else 'app' end,
      "actorUserId" = "createdBy",
      "actorGrantId" = "grantId",
      "actorAppId" = (select "appId" from "grants" where "grants"."id" = "releases"."grantId")`.execute(db);

  await db.schema.dropIndex("changesetsByActor").execute();
  const gone = {
    auditEntries: ["actorId"],
    changesets: ["userId", "appId", "grantId"],
    imports: ["userId", "appId", "grantId"],
    releases: ["createdBy", "grantId"],
    codes: ["redirectUriSent"],
    idempotencyKeys: ["status"],
  };
  for (const [table, columns] of Object.entries(gone)) {
    for (const column of columns) {
      await sql`alter table ${sql.table(table)} drop column ${sql.ref(column)}`.execute(db);
    }
  }
  await db.schema
    .createIndex("changesetsByActor")
    .on("changesets")
    .columns([
      "projectId",
      sql<string>`coalesce("actorApiKeyId", "actorAppId", "actorUserId")`,
      "createdAt",
    ] as never)
    .execute();

  await sql`alter table "idempotencyKeys" add column "claimId" text`.execute(db);
  await sql`alter table "idempotencyKeys" add column "claimedUntil" bigint`.execute(db);
};
