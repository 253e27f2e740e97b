import { sql } from "kysely";
import type { Reader, Transaction } from "../context.ts";
import { prepared } from "../database/prepared.ts";
import type { ApiKeyTable } from "../database/schema.ts";
import type { KeyRow } from "./standing.ts";

/** Keys beside everything their life depends on. When they were last used is not read: to note it must not spoil a cache. */
function joinedKeys(store: Reader) {
  return store
    .selectFrom("apiKeys")
    .innerJoin("organizations", "organizations.id", "apiKeys.organizationId")
    .leftJoin("members", (join) =>
      join
        .onRef("members.organizationId", "=", "apiKeys.organizationId")
        .onRef("members.userId", "=", "apiKeys.createdBy"),
    )
    .select([
      "apiKeys.id",
      "apiKeys.organizationId",
      "apiKeys.scopes",
      "apiKeys.projectAccess",
      "apiKeys.createdBy",
      "apiKeys.expiresAt",
      "apiKeys.revokedAt",
      "organizations.slug as organizationSlug",
      "organizations.name as organizationName",
      "organizations.deletedAt as organizationDeletedAt",
      "members.role",
    ]);
}

const keyByHash = prepared(
  (store, { hash }: { hash: string }) => joinedKeys(store).where("apiKeys.hash", "=", hash),
  { cached: true },
);

export async function selectKeyByHash(store: Reader, hash: string): Promise<KeyRow | undefined> {
  return (await keyByHash(store, { hash }))[0];
}

export function selectKey(store: Reader, id: string): Promise<KeyRow | undefined> {
  return joinedKeys(store).where("apiKeys.id", "=", id).executeTakeFirst();
}

const projectsOfKey = prepared(
  (store, { id }: { id: string }) =>
    store.selectFrom("apiKeyProjects").select("projectId").where("apiKeyId", "=", id).orderBy("projectId"),
  { cached: true },
);

export async function selectProjectIds(store: Reader, id: string): Promise<string[]> {
  const rows = await projectsOfKey(store, { id });
  return rows.map((row) => row.projectId);
}

export async function insertKey(
  tx: Transaction,
  row: ApiKeyTable,
  projectIds: readonly string[],
): Promise<void> {
  await tx.insertInto("apiKeys").values(row).execute();
  if (projectIds.length === 0) return;
  await tx
    .insertInto("apiKeyProjects")
    .values(projectIds.map((projectId) => ({ apiKeyId: row.id, projectId })))
    .execute();
}

/** Notes a use, only when the last note is older than `before`, so that many nodes write once. */
export async function updateKeyUse(tx: Transaction, id: string, now: number, before: number): Promise<void> {
  await tx
    .updateTable("apiKeys")
    .set({ lastUsedAt: now })
    .where("id", "=", id)
    .where((eb) => eb.or([eb("lastUsedAt", "is", null), eb("lastUsedAt", "<=", before)]))
    .execute();
}

export type RevokeFilter = Partial<
  Pick<ApiKeyTable, "id" | "hash" | "organizationId" | "createdBy" | "kind">
>;
export type RevokedKey = Pick<ApiKeyTable, "id" | "organizationId" | "kind" | "name" | "lastFour">;

/** The one statement that revokes; it answers the keys that it revoked. */
export function setRevoked(
  tx: Transaction,
  filter: RevokeFilter,
  { by, now }: { by: string | null; now: number },
): Promise<RevokedKey[]> {
  let statement = tx
    .updateTable("apiKeys")
    .set({ revokedAt: now, revokedBy: by })
    .where("revokedAt", "is", null);
  for (const [column, value] of Object.entries(filter)) {
    statement = statement.where(column as keyof RevokeFilter, "=", value);
  }
  return statement.returning(["id", "organizationId", "kind", "name", "lastFour"]).execute();
}

/** The hashes among these that are of secret keys which were not revoked. */
export async function selectLiveHashes(store: Reader, hashes: readonly string[]): Promise<string[]> {
  const rows = await store
    .selectFrom("apiKeys")
    .select("hash")
    .where("hash", "in", hashes)
    .where("kind", "=", "secret")
    .where("revokedAt", "is", null)
    .execute();
  return rows.map((row) => row.hash);
}

export type ListedKey = ApiKeyTable & { creatorName: string | null };

/** Keys of an organization that were not revoked, newest first. */
export function selectKeys(
  store: Reader,
  organizationId: string,
  { after, limit }: { after: (string | number)[] | undefined; limit: number },
): Promise<ListedKey[]> {
  let rows = store
    .selectFrom("apiKeys")
    .leftJoin("users", "users.id", "apiKeys.createdBy")
    .selectAll("apiKeys")
    .select("users.name as creatorName")
    .where("apiKeys.organizationId", "=", organizationId)
    .where("apiKeys.revokedAt", "is", null);
  if (after) {
    rows = rows.where(sql<boolean>`("apiKeys"."createdAt", "apiKeys"."id") < (${after[0]}, ${after[1]})`);
  }
  return rows.orderBy("apiKeys.createdAt", "desc").orderBy("apiKeys.id", "desc").limit(limit).execute();
}

/** The projects that keys are limited to; a deleted one has no name. */
export async function selectNamedProjects(
  store: Reader,
  keyIds: readonly string[],
): Promise<{ apiKeyId: string; id: string; name: string | null }[]> {
  if (keyIds.length === 0) return [];
  return store
    .selectFrom("apiKeyProjects")
    .leftJoin("projects", (join) =>
      join.onRef("projects.id", "=", "apiKeyProjects.projectId").on("projects.deletedAt", "is", null),
    )
    .select(["apiKeyProjects.apiKeyId", "apiKeyProjects.projectId as id", "projects.name"])
    .where("apiKeyProjects.apiKeyId", "in", keyIds)
    .orderBy("apiKeyProjects.projectId")
    .execute();
}

export async function selectCreator(store: Reader, keyId: string) {
  return store
    .selectFrom("apiKeys")
    .innerJoin("users", "users.id", "apiKeys.createdBy")
    .select(["apiKeys.expiresAt", "users.id", "users.name", "users.email", "users.image"])
    .where("apiKeys.id", "=", keyId)
    .executeTakeFirst();
}
