import type { MigrationStep } from "../migrate.ts";

/**
 * Apps that nobody here registered: each registration of a self-registered one with the token that manages it, and what is
 * known of a metadata document. A request and a grant name the document that the person was shown.
 */
export const addClientDocuments: MigrationStep = async (db) => {
  await db.schema.alterTable("apps").addColumn("names", "text").execute();
  await db.schema.alterTable("apps").addColumn("fingerprint", "text").execute();
  await db.schema
    .createIndex("appsByFingerprint")
    .on("apps")
    .column("fingerprint")
    .where("fingerprint", "is not", null)
    .execute();
  await db.schema
    .createTable("appRegistrations")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("appId", "text", (c) => c.notNull().references("apps.id").onDelete("cascade"))
    .addColumn("tokenHash", "text", (c) => c.unique())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("appRegistrationsByApp").on("appRegistrations").column("appId").execute();
  await db.schema
    .createTable("appDocuments")
    .addColumn("appId", "text", (c) => c.primaryKey().references("apps.id").onDelete("cascade"))
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("fetchedAt", "bigint", (c) => c.notNull())
    .addColumn("freshUntil", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.alterTable("authorizationRequests").addColumn("documentHash", "text").execute();
  await db.schema.alterTable("grants").addColumn("documentHash", "text").execute();
};
