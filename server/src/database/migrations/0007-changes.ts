import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/** Lets the list of changesets be filtered without reading more of them than a page shows. */
export const indexChanges: MigrationStep = async (db, engine) => {
  const ordered = engine === "sqlite" ? "text" : sql`text collate "C"`;
  await db.schema
    .createTable("changesetLanguages")
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("language", ordered, (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("changesetId", "text", (c) => c.notNull().references("changesets.id"))
    .addPrimaryKeyConstraint("changesetLanguagesKey", ["projectId", "language", "createdAt", "changesetId"])
    .modifyEnd(engine === "sqlite" ? sql`without rowid` : sql``)
    .execute();
  await sql`
    insert into "changesetLanguages" ("projectId", "language", "createdAt", "changesetId")
    select distinct "changesets"."projectId", "changes"."language", "changesets"."createdAt", "changesets"."id"
    from "changes" inner join "changesets" on "changesets"."id" = "changes"."changesetId"
    where "changes"."language" <> ''`.execute(db);

  await db.schema
    .createIndex("changesetsByActor")
    .on("changesets")
    .columns(["projectId", sql<string>`coalesce("appId", "userId")`, "createdAt"] as never)
    .execute();
  await db.schema
    .createIndex("changesetsByVia")
    .on("changesets")
    .columns(["projectId", "via", "createdAt"])
    .execute();
};
