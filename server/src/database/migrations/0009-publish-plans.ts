import type { MigrationStep } from "../migrate.ts";

/** What a publish was going to change when somebody looked. */
export const addPublishPlans: MigrationStep = async (db) => {
  await db.schema
    .createTable("publishPlans")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("projectId", "text", (c) => c.notNull().references("projects.id"))
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("filter", "text")
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addColumn("releaseId", "text", (c) => c.references("releases.id"))
    .execute();
  await db.schema.createIndex("publishPlansByExpiry").on("publishPlans").column("expiresAt").execute();
};
