import { sql } from "kysely";
import type { Reader, Transaction } from "../context.ts";
import { prepared, preparedWrite } from "../database/prepared.ts";
import type { GrantTable, InstallationTokenTable } from "../database/schema.ts";
import type { GrantRow } from "./standing.ts";

export interface TokenRow extends GrantRow {
  hash: string;
  familyId: string;
  tokenScopes: string | null;
  tokenProjectIds: string | null;
  expiresAt: number;
  tokenRevokedAt: number | null;
  familyEndedAt: number | null;
  capScopes: string;
}

export interface FamilyGrantRow extends GrantRow {
  capScopes: string;
}

/** Grants beside everything their life depends on (`GrantRow`). */
function joinedGrants(store: Reader) {
  return store
    .selectFrom("grants")
    .innerJoin("apps", "apps.id", "grants.appId")
    .innerJoin("organizations", "organizations.id", "grants.organizationId")
    .leftJoin("members", (join) =>
      join
        .onRef("members.organizationId", "=", "grants.organizationId")
        .onRef("members.userId", "=", "grants.userId"),
    )
    .select([
      "grants.id as grantId",
      "grants.appId",
      "grants.userId",
      "grants.organizationId",
      "grants.scopes as grantScopes",
      "grants.projectAccess",
      "grants.createdAt as grantCreatedAt",
      "grants.revokedAt",
      "organizations.slug as organizationSlug",
      "organizations.name as organizationName",
      "organizations.deletedAt as organizationDeletedAt",
      "apps.scopes as ceiling",
      "apps.origin as appOrigin",
      "apps.disabledAt as appDisabledAt",
      "apps.deletedAt as appDeletedAt",
      "members.role",
    ]);
}

const tokenByHash = prepared(
  (store, { hash }: { hash: string }) =>
    joinedGrants(store)
      .innerJoin("installationTokens", "installationTokens.grantId", "grants.id")
      .innerJoin("families", "families.id", "installationTokens.familyId")
      .innerJoin("familyGrants", (join) =>
        join
          .onRef("familyGrants.familyId", "=", "families.id")
          .onRef("familyGrants.grantId", "=", "grants.id"),
      )
      .select([
        "installationTokens.hash",
        "installationTokens.familyId",
        "installationTokens.scopes as tokenScopes",
        "installationTokens.projectIds as tokenProjectIds",
        "installationTokens.expiresAt",
        "installationTokens.revokedAt as tokenRevokedAt",
        "families.endedAt as familyEndedAt",
        "familyGrants.scopes as capScopes",
      ])
      .where("installationTokens.hash", "=", hash),
  { cached: true },
);

export async function selectToken(store: Reader, hash: string): Promise<TokenRow | undefined> {
  return (await tokenByHash(store, { hash }))[0];
}

const grantsByFamily = prepared(
  (store, { familyId }: { familyId: string }) =>
    joinedGrants(store)
      .innerJoin("familyGrants", "familyGrants.grantId", "grants.id")
      .select("familyGrants.scopes as capScopes")
      .where("familyGrants.familyId", "=", familyId)
      .orderBy("familyGrants.position"),
  { cached: true },
);

/** A family's grants in the order of its approval. */
export function selectFamilyGrants(store: Reader, familyId: string): Promise<FamilyGrantRow[]> {
  return grantsByFamily(store, { familyId });
}

export async function selectGrants(store: Reader, ids: readonly string[]): Promise<GrantRow[]> {
  if (ids.length === 0) return [];
  return joinedGrants(store)
    .where("grants.id", "in", [...ids])
    .execute();
}

/** The live grants of one person for one app, by organization. */
export async function selectLiveGrants(store: Reader, appId: string, userId: string): Promise<GrantRow[]> {
  return joinedGrants(store)
    .where("grants.appId", "=", appId)
    .where("grants.userId", "=", userId)
    .where("grants.revokedAt", "is", null)
    .execute();
}

const projectsByGrant = prepared(
  (store, { grantId }: { grantId: string }) =>
    store.selectFrom("grantProjects").select("projectId").where("grantId", "=", grantId).orderBy("projectId"),
  { cached: true },
);

export async function selectProjectIds(store: Reader, grantId: string): Promise<string[]> {
  const rows = await projectsByGrant(store, { grantId });
  return rows.map((row) => row.projectId);
}

/** The columns that an approval writes. */
type Approved = "scopes" | "projectAccess" | "documentHash";

export async function insertGrant(
  store: Reader,
  row: Pick<GrantTable, "id" | "appId" | "userId" | "organizationId" | Approved>,
  now: number,
): Promise<void> {
  const untouched = { lastUsedAt: null, revokedAt: null, revokedBy: null, revokeReason: null };
  await store
    .insertInto("grants")
    .values({ ...row, ...untouched, createdAt: now, updatedAt: now })
    .execute();
}

export async function updateGrant(
  store: Reader,
  id: string,
  change: Pick<GrantTable, Approved>,
  now: number,
): Promise<void> {
  await store
    .updateTable("grants")
    .set({ ...change, updatedAt: now })
    .where("id", "=", id)
    .execute();
}

export async function replaceProjectIds(
  store: Reader,
  grantId: string,
  projectIds: readonly string[],
): Promise<void> {
  await store.deleteFrom("grantProjects").where("grantId", "=", grantId).execute();
  if (projectIds.length === 0) return;
  await store
    .insertInto("grantProjects")
    .values(projectIds.map((projectId) => ({ grantId, projectId })))
    .execute();
}

export type RevokeFilter = Partial<Pick<GrantTable, "id" | "appId" | "userId" | "organizationId">>;

type RevokedGrant = Pick<GrantTable, "id" | "appId" | "userId" | "organizationId"> & {
  organizationSlug: string;
};

/**
 * The one statement that revokes; it answers the grants that it revoked. The row of a deleted organization stays, so
 * that each of them has a slug.
 */
export async function setRevoked(
  store: Reader,
  filter: RevokeFilter,
  { by, reason, now }: { by: string | null; reason: string; now: number },
): Promise<RevokedGrant[]> {
  let statement = store
    .updateTable("grants")
    .set({ revokedAt: now, revokedBy: by, revokeReason: reason })
    .where("revokedAt", "is", null);
  for (const [column, value] of Object.entries(filter)) {
    statement = statement.where(column as keyof RevokeFilter, "=", value);
  }
  return statement
    .returning((grant) => [
      ...(["id", "appId", "userId", "organizationId"] as const),
      grant
        .selectFrom("organizations")
        .select("slug")
        .whereRef("organizations.id", "=", "grants.organizationId")
        .$asScalar()
        .$notNull()
        .as("organizationSlug"),
    ])
    .execute();
}

type NewToken = Omit<InstallationTokenTable, "revokedAt">;

const addToken = preparedWrite((store, row: NewToken) =>
  store.insertInto("installationTokens").values({
    hash: row.hash,
    grantId: row.grantId,
    familyId: row.familyId,
    scopes: row.scopes,
    projectIds: row.projectIds,
    issuedAt: row.issuedAt,
    expiresAt: row.expiresAt,
    revokedAt: null,
  }),
);

export async function insertToken(tx: Transaction, row: NewToken): Promise<void> {
  await addToken(tx, row);
}

const setGrantUsed = preparedWrite((store, { grantId, now }: { grantId: string; now: number }) =>
  store.updateTable("grants").set({ lastUsedAt: now }).where("id", "=", grantId),
);

export async function updateGrantUse(tx: Transaction, grantId: string, now: number): Promise<void> {
  await setGrantUsed(tx, { grantId, now });
}

export async function selectLiveTokens(store: Reader, hashes: readonly string[]): Promise<string[]> {
  const rows = await store
    .selectFrom("installationTokens")
    .select("hash")
    .where("hash", "in", hashes)
    .where("revokedAt", "is", null)
    .execute();
  return rows.map((row) => row.hash);
}

export async function setTokenRevoked(store: Reader, hash: string, now: number): Promise<boolean> {
  const result = await store
    .updateTable("installationTokens")
    .set({ revokedAt: now })
    .where("hash", "=", hash)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Deletes at most `budget` tokens that expired before `before`; answers how many. */
export async function deleteExpiredTokens(store: Reader, before: number, budget: number): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("installationTokens")
    .where("hash", "in", (from) =>
      from.selectFrom("installationTokens").select("hash").where("expiresAt", "<", before).limit(budget),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export interface ConnectionRow {
  id: string;
  appId: string;
  userId: string;
  scopes: string;
  projectAccess: "all" | "chosen";
  createdAt: number;
  updatedAt: number;
  lastUsedAt: number | null;
  organizationId: string;
  organizationSlug: string;
  organizationName: string;
  userName: string;
  userEmail: string;
}

/** Live grants of one person or one organization, newest first. */
export async function selectConnections(
  store: Reader,
  filter: { userId?: string; organizationId?: string; id?: string },
  after: (string | number)[] | undefined,
  limit: number,
): Promise<ConnectionRow[]> {
  let query = store
    .selectFrom("grants")
    .innerJoin("organizations", "organizations.id", "grants.organizationId")
    .innerJoin("users", "users.id", "grants.userId")
    .select([
      "grants.id",
      "grants.appId",
      "grants.userId",
      "grants.scopes",
      "grants.projectAccess",
      "grants.createdAt",
      "grants.updatedAt",
      "grants.lastUsedAt",
      "organizations.id as organizationId",
      "organizations.slug as organizationSlug",
      "organizations.name as organizationName",
      "users.name as userName",
      "users.email as userEmail",
    ])
    .where("grants.revokedAt", "is", null)
    .where("organizations.deletedAt", "is", null);
  if (filter.userId) query = query.where("grants.userId", "=", filter.userId);
  if (filter.organizationId) query = query.where("grants.organizationId", "=", filter.organizationId);
  if (after) {
    query = query.where(sql<boolean>`("grants"."createdAt", "grants"."id") < (${after[0]}, ${after[1]})`);
  }
  return query.orderBy("grants.createdAt", "desc").orderBy("grants.id", "desc").limit(limit).execute();
}

/** Names of the projects of limited grants; a deleted project has no name. */
export async function selectGrantProjects(
  store: Reader,
  grantIds: readonly string[],
): Promise<{ grantId: string; id: string; name: string | null }[]> {
  if (grantIds.length === 0) return [];
  return store
    .selectFrom("grantProjects")
    .leftJoin("projects", (join) =>
      join.onRef("projects.id", "=", "grantProjects.projectId").on("projects.deletedAt", "is", null),
    )
    .select(["grantProjects.grantId", "grantProjects.projectId as id", "projects.name"])
    .where("grantProjects.grantId", "in", [...grantIds])
    .orderBy("grantProjects.projectId")
    .execute();
}
