import type { Kysely } from "kysely";
import type { MigrationStep } from "../migrate.ts";
import type { Schema } from "../schema.ts";
import { never } from "./live.ts";

export const createOauth: MigrationStep = async (db, engine) => {
  await createApps(db, engine === "sqlite" ? "blob" : "bytea");
  await createAuthorization(db);
  await createGrants(db);
  await createTokens(db);
};

async function createApps(db: Kysely<Schema>, bytes: "blob" | "bytea"): Promise<void> {
  await db.schema
    .createTable("apps")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organizationId", "text", (c) => c.references("organizations.id"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("authentication", "text", (c) => c.notNull())
    .addColumn("origin", "text", (c) => c.notNull())
    .addColumn("homepage", "text")
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("legacyWithoutPkceAt", "bigint")
    .addColumn("verifiedAt", "bigint")
    .addColumn("disabledAt", "bigint")
    .addColumn("deletedAt", "bigint")
    .addColumn("createdBy", "text")
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint")
    .execute();
  await db.schema.createIndex("appsByOrganization").on("apps").column("organizationId").execute();
  await db.schema.createIndex("appsByExpiry").on("apps").column("expiresAt").execute();

  await db.schema
    .createTable("appRedirectUris")
    .addColumn("appId", "text", (c) => c.notNull().references("apps.id").onDelete("cascade"))
    .addColumn("uri", "text", (c) => c.notNull())
    .addColumn("origin", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("appRedirectUrisKey", ["appId", "uri"])
    .execute();
  await db.schema.createIndex("appRedirectUrisByOrigin").on("appRedirectUris").column("origin").execute();

  await db.schema
    .createTable("appSecrets")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("appId", "text", (c) => c.notNull().references("apps.id").onDelete("cascade"))
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("lastFour", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("lastUsedAt", "bigint")
    .addColumn("leakedAt", "bigint")
    .addColumn("deletedAt", "bigint")
    .execute();
  await db.schema.createIndex("appSecretsByApp").on("appSecrets").column("appId").execute();

  await db.schema
    .createTable("appIcons")
    .addColumn("appId", "text", (c) => c.primaryKey().references("apps.id").onDelete("cascade"))
    .addColumn("contentType", "text", (c) => c.notNull())
    .addColumn("bytes", bytes, (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .execute();
}

async function createAuthorization(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("authorizationRequests")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("appId", "text", (c) => c.notNull().references("apps.id").onDelete("cascade"))
    .addColumn("redirectUri", "text", (c) => c.notNull())
    .addColumn("redirectUriSent", "integer", (c) => c.notNull())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("identityScopes", "text", (c) => c.notNull())
    .addColumn("state", "text")
    .addColumn("codeChallenge", "text")
    .addColumn("resources", "text", (c) => c.notNull())
    .addColumn("organizationHint", "text")
    .addColumn("browserHash", "text", (c) => c.notNull())
    .addColumn("userId", "text", (c) => c.references("users.id").onDelete("cascade"))
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addColumn("extendedAt", "bigint")
    .addColumn("decision", "text")
    .addColumn("decidedAt", "bigint")
    .addColumn("redeemedAt", "bigint")
    .execute();
  await db.schema
    .createIndex("authorizationRequestsByExpiry")
    .on("authorizationRequests")
    .column("expiresAt")
    .execute();
  await db.schema
    .createIndex("authorizationRequestsByUser")
    .on("authorizationRequests")
    .column("userId")
    .execute();

  await db.schema
    .createTable("approvals")
    .addColumn("requestId", "text", (c) =>
      c.notNull().references("authorizationRequests.id").onDelete("cascade"),
    )
    .addColumn("grantId", "text", (c) => c.notNull())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("approvalsKey", ["requestId", "grantId"])
    .execute();

  await db.schema
    .createTable("codes")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("requestId", "text", (c) => c.notNull())
    .addColumn("appId", "text", (c) => c.notNull())
    .addColumn("userId", "text", (c) => c.notNull())
    .addColumn("redirectUri", "text", (c) => c.notNull())
    .addColumn("redirectUriSent", "integer", (c) => c.notNull())
    .addColumn("codeChallenge", "text")
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addColumn("failures", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("redeemedAt", "bigint")
    .addColumn("voidedAt", "bigint")
    .execute();
  await db.schema.createIndex("codesByRequest").on("codes").column("requestId").execute();
  await db.schema.createIndex("codesByExpiry").on("codes").column("expiresAt").execute();
}

async function createGrants(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("grants")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("appId", "text", (c) => c.notNull())
    .addColumn("userId", "text", (c) => c.notNull())
    .addColumn("organizationId", "text", (c) => c.notNull())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("projectAccess", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("updatedAt", "bigint", (c) => c.notNull())
    .addColumn("lastUsedAt", "bigint")
    .addColumn("revokedAt", "bigint")
    .addColumn("revokedBy", "text")
    .addColumn("revokeReason", "text")
    .execute();
  // One live grant per (app, user, organization), whatever runs in parallel.
  await db.schema
    .createIndex("liveGrants")
    .unique()
    .on("grants")
    .columns(["appId", "userId", "organizationId"])
    .where(never("revokedAt"))
    .execute();
  await db.schema.createIndex("grantsByUser").on("grants").column("userId").execute();
  await db.schema.createIndex("grantsByOrganization").on("grants").column("organizationId").execute();

  await db.schema
    .createTable("grantProjects")
    .addColumn("grantId", "text", (c) => c.notNull().references("grants.id").onDelete("cascade"))
    .addColumn("projectId", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("grantProjectsKey", ["grantId", "projectId"])
    .execute();
}

async function createTokens(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("families")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("appId", "text", (c) => c.notNull())
    .addColumn("userId", "text", (c) => c.notNull())
    .addColumn("codeHash", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("resources", "text", (c) => c.notNull())
    .addColumn("identityScopes", "text", (c) => c.notNull())
    .addColumn("startedAt", "bigint", (c) => c.notNull())
    .addColumn("endedAt", "bigint")
    .addColumn("endReason", "text")
    .execute();
  await db.schema.createIndex("familiesByCode").on("families").column("codeHash").execute();

  await db.schema
    .createTable("familyGrants")
    .addColumn("familyId", "text", (c) => c.notNull().references("families.id").onDelete("cascade"))
    .addColumn("grantId", "text", (c) => c.notNull())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("familyGrantsKey", ["familyId", "grantId"])
    .execute();
  await db.schema.createIndex("familyGrantsByGrant").on("familyGrants").column("grantId").execute();

  await db.schema
    .createTable("refreshTokens")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("familyId", "text", (c) => c.notNull().references("families.id").onDelete("cascade"))
    .addColumn("salt", "text", (c) => c.notNull())
    .addColumn("keyId", "text", (c) => c.notNull())
    .addColumn("issuedAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addColumn("usedAt", "bigint")
    .addColumn("successorHash", "text")
    .execute();
  await db.schema.createIndex("refreshTokensByFamily").on("refreshTokens").column("familyId").execute();
  await db.schema.createIndex("refreshTokensByExpiry").on("refreshTokens").column("expiresAt").execute();

  await db.schema
    .createTable("installationTokens")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("grantId", "text", (c) => c.notNull())
    .addColumn("familyId", "text", (c) => c.notNull())
    .addColumn("scopes", "text")
    .addColumn("projectIds", "text")
    .addColumn("issuedAt", "bigint", (c) => c.notNull())
    .addColumn("expiresAt", "bigint", (c) => c.notNull())
    .addColumn("revokedAt", "bigint")
    .execute();
  await db.schema
    .createIndex("installationTokensByExpiry")
    .on("installationTokens")
    .column("expiresAt")
    .execute();

  await db.schema
    .createTable("signingKeys")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("algorithm", "text", (c) => c.notNull())
    .addColumn("publicJwk", "text", (c) => c.notNull())
    .addColumn("privateKey", "text", (c) => c.notNull())
    .addColumn("createdAt", "bigint", (c) => c.notNull())
    .addColumn("activeFrom", "bigint", (c) => c.notNull())
    .execute();
}
