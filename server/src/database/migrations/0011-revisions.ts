import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/**
 * What a publish needs so that its work goes with the edits: which changeset gave a language which revision, the size
 * of a published file beside its name, and which files no release lists.
 */
export const addRevisions: MigrationStep = async (db, engine) => {
  const ordered = engine === "sqlite" ? "text" : sql`text collate "C"`;
  await db.schema
    .createTable("languageWrites")
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("language", ordered, (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("changesetId", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("languageWritesKey", ["projectId", "language", "revision"])
    .modifyEnd(engine === "sqlite" ? sql`without rowid` : sql``)
    .execute();
  await db.schema
    .createIndex("languageWritesByChangeset")
    .on("languageWrites")
    .columns(["changesetId", "language", "revision"])
    .execute();

  // SQLite reads through all bytes of a row to what stands behind them.
  await db.schema
    .alterTable("releaseFiles")
    .addColumn("size", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`
    update "releaseFiles" set "size" = (select "size" from "files" where "files"."hash" = "releaseFiles"."hash")`.execute(
    db,
  );
  await db.schema.createIndex("releaseFilesByHash").on("releaseFiles").column("hash").execute();
  await db.schema
    .createTable("unlistedFiles")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("since", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("unlistedFilesBySince").on("unlistedFiles").column("since").execute();
  await sql`
    insert into "unlistedFiles" ("hash", "since") select "hash", "createdAt" from "files"
    where "hash" not in (select "hash" from "releaseFiles")`.execute(db);
};
