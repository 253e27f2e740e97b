import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/** The trash, revisions of keys, what a namespace tells about itself, and which values an edited source left behind. */
export const extendKeys: MigrationStep = async (db) => {
  await db.schema
    .alterTable("keys")
    .addColumn("revision", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createIndex("keysInTrash")
    .on("keys")
    .columns(["projectId", "deletedAt", "id"])
    .where(sql<boolean>`${sql.ref("deletedAt")} is not null`)
    .execute();

  await db.schema.alterTable("translations").addColumn("outdatedAt", "bigint").execute();
  await db.schema
    .createIndex("translationsOutdated")
    .on("translations")
    .columns(["projectId", "language"])
    .where(sql<boolean>`${sql.ref("outdatedAt")} is not null`)
    .execute();
  await db.schema
    .createIndex("translationsUnapproved")
    .on("translations")
    .columns(["projectId", "status", "language"])
    .where(sql<boolean>`${sql.ref("status")} <> 'approved'`)
    .execute();

  for (const column of ["description", "team", "domain", "aiPrompt"]) {
    await db.schema.alterTable("namespaces").addColumn(column, "text").execute();
  }
  await db.schema
    .alterTable("namespaces")
    .addColumn("tags", "text", (c) => c.notNull().defaultTo("[]"))
    .execute();
};
