import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/** Files that are being imported: what was asked, their bytes until they are read, and what was wrong with them. */
export const createImports: MigrationStep = async (db, engine) => {
  let imports = db.schema
    .createTable("imports")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"));
  const required = ["actorType", "userId", "format", "existing", "status", "state"] as const;
  for (const column of required) imports = imports.addColumn(column, "text", (c) => c.notNull());
  const texts = ["appId", "grantId", "language", "namespace", "fileName", "message"] as const;
  for (const column of texts) imports = imports.addColumn(column, "text");
  for (const column of ["changesetId", "error", "claimedBy"] as const) {
    imports = imports.addColumn(column, "text");
  }
  const numbers = ["size", "receivedBytes", "processedBytes", "createdAt"] as const;
  for (const column of numbers) imports = imports.addColumn(column, "bigint", (c) => c.notNull());
  const instants = ["queuedAt", "startedAt", "finishedAt", "claimedUntil"] as const;
  for (const column of instants) imports = imports.addColumn(column, "bigint");
  const counts = ["keysCreated", "keysUpdated", "valuesCreated", "valuesUpdated", "unchanged"] as const;
  const more = ["dryRun", "lastRow", "rows", "rejected", "warnings", "problems", "attempts"] as const;
  for (const column of [...counts, ...more]) {
    imports = imports.addColumn(column, "integer", (c) => c.notNull());
  }
  await imports.addColumn("byLanguage", "text", (c) => c.notNull()).execute();
  await db.schema
    .createIndex("importsByProject")
    .on("imports")
    .columns(["projectId", "createdAt", "id"])
    .execute();
  await db.schema
    .createIndex("importsOpen")
    .on("imports")
    .columns(["state", "queuedAt"])
    .where(sql<boolean>`${sql.ref("finishedAt")} is null`)
    .execute();
  await db.schema.createIndex("importsFinished").on("imports").column("finishedAt").execute();

  await db.schema
    .createTable("importChunks")
    .addColumn("importId", "text", (c) => c.notNull().references("imports.id"))
    .addColumn("position", "bigint", (c) => c.notNull())
    .addColumn("bytes", engine === "sqlite" ? "blob" : "bytea", (c) => c.notNull())
    .addPrimaryKeyConstraint("importChunksKey", ["importId", "position"])
    .execute();

  await db.schema
    .createTable("importProblems")
    .addColumn("importId", "text", (c) => c.notNull().references("imports.id"))
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("problem", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("importProblemsKey", ["importId", "position"])
    .execute();
};
