import type { MigrationStep } from "../migrate.ts";
import { never } from "./live.ts";

/** Keys for servers and browsers. A revoked one keeps its row, because history and audit name it. */
export const createApiKeys: MigrationStep = async (db) => {
  await db.schema
    .createTable("apiKeys")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organizationId", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("lastFour", "text", (c) => c.notNull())
    .addColumn("scopes", "text")
    .addColumn("projectAccess", "text", (c) => c.notNull())
    .addColumn("createdBy", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint")
    .addColumn("lastUsedAt", "bigint")
    .addColumn("revokedAt", "bigint")
    .addColumn("revokedBy", "text")
    .execute();
  await db.schema
    .createIndex("liveApiKeys")
    .on("apiKeys")
    .columns(["organizationId", "createdAt", "id"])
    .where(never("revokedAt"))
    .execute();

  await db.schema
    .createTable("apiKeyProjects")
    .addColumn("apiKeyId", "text", (c) => c.notNull().references("apiKeys.id").onDelete("cascade"))
    .addColumn("projectId", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("apiKeyProjectsKey", ["apiKeyId", "projectId"])
    .execute();
};
