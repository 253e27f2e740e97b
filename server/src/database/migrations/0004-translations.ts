import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Engine, MigrationStep } from "../migrate.ts";
import type { Schema } from "../schema.ts";
import { never } from "./live.ts";

export const createTranslations: MigrationStep = async (db, engine) => {
  const kinds = KINDS[engine];
  await createProjects(db, kinds);
  await createKeys(db, kinds);
  await createChangesets(db, kinds);
  await createReleases(db, kinds);
};

interface Kinds {
  /**
   * Text that lists and published files are sorted by: in code point order on both engines, whatever the locale of the
   * database, so that pages and bytes are the same everywhere.
   */
  readonly ordered: "text" | RawBuilder<unknown>;
  readonly bytes: "blob" | "bytea";
  /** Keeps the rows of a large table in its primary key, where the engine can. */
  readonly inPrimaryKey: RawBuilder<unknown>;
}

const KINDS: Record<Engine, Kinds> = {
  sqlite: { ordered: "text", bytes: "blob", inPrimaryKey: sql`without rowid` },
  postgres: { ordered: sql`text collate "C"`, bytes: "bytea", inPrimaryKey: sql`` },
};

async function createProjects(db: Kysely<Schema>, { ordered }: Kinds): Promise<void> {
  await db.schema
    .createTable("projects")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organizationId", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("slug", ordered, (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("sourceLanguage", "text", (c) => c.notNull())
    .addColumn("fileStructure", "text", (c) => c.notNull())
    .addColumn("keyFormat", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("updatedAt", "bigint", (c) => c.notNull())
    .addColumn("deletedAt", "bigint")
    .execute();
  await db.schema
    .createIndex("projectsBySlug")
    .unique()
    .on("projects")
    .columns(["organizationId", "slug"])
    .where(never("deletedAt"))
    .execute();

  await db.schema
    .createTable("languages")
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("code", ordered, (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("translated", "integer", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("languagesKey", ["projectId", "code"])
    .execute();

  await db.schema
    .createTable("namespaces")
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("name", ordered, (c) => c.notNull())
    .addColumn("keyCount", "integer", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("namespacesKey", ["projectId", "name"])
    .execute();

  await db.schema
    .createTable("contentModels")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("slug", ordered, (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addUniqueConstraint("contentModelsBySlug", ["projectId", "slug"])
    .execute();
}

async function createKeys(db: Kysely<Schema>, { ordered, inPrimaryKey }: Kinds): Promise<void> {
  await db.schema
    .createTable("keys")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("namespace", ordered, (c) => c.notNull())
    .addColumn("name", ordered, (c) => c.notNull())
    .addColumn("description", "text")
    .addColumn("format", "text", (c) => c.notNull())
    .addColumn("tags", "text", (c) => c.notNull())
    .addColumn("maxLength", "integer")
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("updatedAt", "bigint", (c) => c.notNull())
    .addColumn("deletedAt", "bigint")
    .execute();
  await db.schema
    .createIndex("keysByName")
    .unique()
    .on("keys")
    .columns(["projectId", "namespace", "name"])
    .where(never("deletedAt"))
    .execute();

  await db.schema
    .createTable("translations")
    .addColumn("keyId", "text", (c) => c.notNull().references("keys.id"))
    .addColumn("language", ordered, (c) => c.notNull())
    .addColumn("projectId", "text", (c) => c.notNull())
    .addColumn("text", "text", (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("changesetId", "text", (c) => c.notNull())
    .addColumn("updatedAt", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("translationsKey", ["keyId", "language"])
    .modifyEnd(inPrimaryKey)
    .execute();
}

async function createChangesets(db: Kysely<Schema>, { inPrimaryKey }: Kinds): Promise<void> {
  await db.schema
    .createTable("changesets")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("actorType", "text", (c) => c.notNull())
    .addColumn("userId", "text")
    .addColumn("appId", "text")
    .addColumn("grantId", "text")
    .addColumn("via", "text", (c) => c.notNull())
    .addColumn("message", "text")
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("keyCount", "integer", (c) => c.notNull())
    .addColumn("valueCount", "integer", (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex("changesetsByProject")
    .on("changesets")
    .columns(["projectId", "createdAt"])
    .execute();

  await db.schema
    .createTable("changes")
    .addColumn("changesetId", "text", (c) => c.notNull().references("changesets.id"))
    .addColumn("keyId", "text", (c) => c.notNull())
    .addColumn("language", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("before", "text")
    .addColumn("after", "text")
    .addColumn("statusBefore", "text")
    .addColumn("statusAfter", "text")
    .addColumn("revision", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("changesKey", ["changesetId", "keyId", "language"])
    .modifyEnd(inPrimaryKey)
    .execute();
  await db.schema.createIndex("changesByValue").on("changes").columns(["keyId", "language"]).execute();
}

async function createReleases(db: Kysely<Schema>, { bytes }: Kinds): Promise<void> {
  await db.schema
    .createTable("files")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("bytes", bytes, (c) => c.notNull())
    .addColumn("gzip", bytes, (c) => c.notNull())
    .addColumn("brotli", bytes, (c) => c.notNull())
    .addColumn("size", "integer", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .execute();

  await db.schema
    .createTable("releases")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("number", "integer", (c) => c.notNull())
    .addColumn("message", "text")
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("createdBy", "text")
    .addColumn("grantId", "text")
    .addColumn("valueCount", "integer", (c) => c.notNull())
    .addColumn("changedFiles", "integer", (c) => c.notNull())
    .addColumn("sourceLanguage", "text", (c) => c.notNull())
    .addColumn("namespaces", "text")
    .addUniqueConstraint("releasesByNumber", ["projectId", "number"])
    .execute();

  await db.schema
    .createTable("releaseLanguages")
    .addColumn("releaseId", "text", (c) => c.notNull().references("releases.id"))
    .addColumn("code", "text", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("valueCount", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("releaseLanguagesKey", ["releaseId", "code"])
    .execute();

  await db.schema
    .createTable("releaseFiles")
    .addColumn("releaseId", "text", (c) => c.notNull().references("releases.id"))
    .addColumn("path", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().references("files.hash"))
    .addColumn("lastModified", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("releaseFilesKey", ["releaseId", "path"])
    .execute();

  await db.schema
    .createTable("channels")
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("releaseId", "text", (c) => c.notNull().references("releases.id"))
    .addColumn("movedAt", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("channelsKey", ["projectId", "name"])
    .execute();
}
