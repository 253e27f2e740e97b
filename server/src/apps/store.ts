import type { Reader } from "../context.ts";
import type { AppSecretTable, AppTable } from "../database/schema.ts";
import { originOf } from "./redirect-uri.ts";

export type AppRow = AppTable & { publisher: string | null; iconHash: string | null };

/** By primary key; an app whose organization was deleted is gone with it. */
export async function selectApp(store: Reader, id: string, now: number): Promise<AppRow | undefined> {
  return await store
    .selectFrom("apps")
    .leftJoin("organizations", "organizations.id", "apps.organizationId")
    .leftJoin("appIcons", "appIcons.appId", "apps.id")
    .selectAll("apps")
    .select(["organizations.name as publisher", "appIcons.hash as iconHash"])
    .where("apps.id", "=", id)
    .where("apps.deletedAt", "is", null)
    .where("organizations.deletedAt", "is", null)
    .where((eb) => eb.or([eb("apps.expiresAt", "is", null), eb("apps.expiresAt", ">", now)]))
    .executeTakeFirst();
}

export async function selectRedirectUris(store: Reader, appId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("appRedirectUris")
    .select("uri")
    .where("appId", "=", appId)
    .orderBy("uri")
    .execute();
  return rows.map((row) => row.uri);
}

export async function insertApp(store: Reader, row: AppTable): Promise<void> {
  await store.insertInto("apps").values(row).execute();
}

export async function replaceRedirectUris(store: Reader, appId: string, uris: string[]): Promise<void> {
  await store.deleteFrom("appRedirectUris").where("appId", "=", appId).execute();
  const rows = [...new Set(uris)].map((uri) => ({ appId, uri, origin: originOf(uri) }));
  if (rows.length > 0) await store.insertInto("appRedirectUris").values(rows).execute();
}

export async function updateApp(store: Reader, id: string, change: Partial<AppTable>): Promise<boolean> {
  const { numUpdatedRows } = await store
    .updateTable("apps")
    .set(change)
    .where("id", "=", id)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Makes transactions about one app wait for each other: its row is written, so both engines hold a lock on it. */
export async function lockApp(store: Reader, id: string): Promise<void> {
  await store
    .updateTable("apps")
    .set((eb) => ({ createdAt: eb.ref("createdAt") }))
    .where("id", "=", id)
    .execute();
}

export async function selectAppIdsOfOrganization(store: Reader, organizationId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("apps")
    .select("id")
    .where("organizationId", "=", organizationId)
    .where("deletedAt", "is", null)
    .execute();
  return rows.map((row) => row.id);
}

export async function selectLiveSecrets(store: Reader, appId: string): Promise<AppSecretTable[]> {
  return await store
    .selectFrom("appSecrets")
    .selectAll()
    .where("appId", "=", appId)
    .where("deletedAt", "is", null)
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}

export async function selectSecretByHash(store: Reader, hash: string): Promise<AppSecretTable | undefined> {
  return await store
    .selectFrom("appSecrets")
    .selectAll()
    .where("hash", "=", hash)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
}

export async function insertSecret(store: Reader, row: AppSecretTable): Promise<void> {
  await store.insertInto("appSecrets").values(row).execute();
}

export async function updateSecret(
  store: Reader,
  id: string,
  change: Partial<AppSecretTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await store
    .updateTable("appSecrets")
    .set(change)
    .where("id", "=", id)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function selectOwnerAddresses(store: Reader, appId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("apps")
    .innerJoin("organizations", "organizations.id", "apps.organizationId")
    .innerJoin("members", "members.organizationId", "organizations.id")
    .innerJoin("users", "users.id", "members.userId")
    .select("users.email")
    .where("apps.id", "=", appId)
    .where("organizations.deletedAt", "is", null)
    .where("members.role", "=", "owner")
    .execute();
  return rows.map((row) => row.email);
}

export async function selectAppOwner(store: Reader, appId: string): Promise<string | null> {
  const row = await store
    .selectFrom("apps")
    .select("organizationId")
    .where("id", "=", appId)
    .executeTakeFirst();
  return row?.organizationId ?? null;
}

/** Only when the last note is older than `before`, so that many nodes write once. */
export async function updateSecretUse(store: Reader, id: string, now: number, before: number): Promise<void> {
  await store
    .updateTable("appSecrets")
    .set({ lastUsedAt: now })
    .where("id", "=", id)
    .where((eb) => eb.or([eb("lastUsedAt", "is", null), eb("lastUsedAt", "<=", before)]))
    .execute();
}
