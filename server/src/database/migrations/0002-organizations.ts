import type { MigrationStep } from "../migrate.ts";
import { never } from "./live.ts";

export const createOrganizations: MigrationStep = async (db) => {
  await db.schema
    .createTable("organizations")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("slug", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("deletedAt", "bigint")
    .execute();
  // A deleted organization frees its slug; its row stays for the audit.
  await db.schema
    .createIndex("organizationsBySlug")
    .unique()
    .on("organizations")
    .column("slug")
    .where(never("deletedAt"))
    .execute();

  await db.schema
    .createTable("members")
    .addColumn("organizationId", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("userId", "text", (c) => c.notNull().references("users.id").onDelete("cascade"))
    .addColumn("role", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("membersKey", ["organizationId", "userId"])
    .execute();
  await db.schema.createIndex("membersByUser").on("members").column("userId").execute();

  await db.schema
    .createTable("invitations")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organizationId", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("email", "text", (c) => c.notNull())
    .addColumn("role", "text", (c) => c.notNull())
    .addColumn("tokenHash", "text", (c) => c.notNull().unique())
    .addColumn("invitedBy", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addColumn("acceptedAt", "bigint")
    .addColumn("canceledAt", "bigint")
    .execute();
  await db.schema
    .createIndex("invitationsByOrganization")
    .on("invitations")
    .column("organizationId")
    .execute();
};
