import type { MigrationStep } from "../migrate.ts";
import { never } from "./live.ts";

export const createPlatform: MigrationStep = async (db) => {
  await db.schema
    .createTable("auditEntries")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("organizationId", "text")
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addColumn("actorType", "text", (c) => c.notNull())
    .addColumn("actorId", "text")
    .addColumn("appId", "text")
    .addColumn("grantId", "text")
    .addColumn("target", "text")
    .addColumn("details", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex("auditByOrganization")
    .on("auditEntries")
    .columns(["organizationId", "at", "id"])
    .execute();

  await db.schema
    .createTable("outbox")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("event", "text", (c) => c.notNull())
    .addColumn("organizationId", "text", (c) => c.notNull())
    .addColumn("projectId", "text")
    .addColumn("payload", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("deliveredAt", "bigint")
    .execute();
  await db.schema
    .createIndex("outboxWaiting")
    .on("outbox")
    .column("createdAt")
    .where(never("deliveredAt"))
    .execute();

  await db.schema
    .createTable("rateLimits")
    .addColumn("key", "text", (c) => c.primaryKey())
    .addColumn("windowStart", "bigint", (c) => c.notNull())
    .addColumn("count", "integer", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("rateLimitsByWindow").on("rateLimits").column("windowStart").execute();

  await db.schema
    .createTable("idempotencyKeys")
    .addColumn("caller", "text", (c) => c.notNull())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("operation", "text", (c) => c.notNull())
    .addColumn("bodyHash", "text", (c) => c.notNull())
    .addColumn("status", "integer", (c) => c.notNull())
    .addColumn("body", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("idempotencyKeysKey", ["caller", "key"])
    .execute();
  await db.schema.createIndex("idempotencyKeysByExpiry").on("idempotencyKeys").column("expiresAt").execute();
};
