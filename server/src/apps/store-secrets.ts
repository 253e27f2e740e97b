import type { Reader } from "../context.ts";
import { prepared } from "../database/prepared.ts";
import type { AppSecretTable } from "../database/schema.ts";

/** The live secrets of apps, oldest first. */
export async function selectLiveSecrets(store: Reader, appIds: readonly string[]): Promise<AppSecretTable[]> {
  if (appIds.length === 0) return [];
  return await store
    .selectFrom("appSecrets")
    .selectAll()
    .where("appId", "in", appIds)
    .where("deletedAt", "is", null)
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}

export async function insertSecret(store: Reader, row: AppSecretTable): Promise<void> {
  await store.insertInto("appSecrets").values(row).execute();
}

const secretByHash = prepared(
  (store, { hash }: { hash: string }) =>
    store.selectFrom("appSecrets").selectAll().where("hash", "=", hash).where("deletedAt", "is", null),
  { cached: true },
);

export async function selectSecretByHash(store: Reader, hash: string): Promise<AppSecretTable | undefined> {
  return (await secretByHash(store, { hash }))[0];
}

export async function selectLiveHashes(store: Reader, hashes: readonly string[]): Promise<string[]> {
  const rows = await store
    .selectFrom("appSecrets")
    .select("hash")
    .where("hash", "in", hashes)
    .where("deletedAt", "is", null)
    .execute();
  return rows.map((row) => row.hash);
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

export async function updateSecretOfApp(
  store: Reader,
  appId: string,
  id: string,
  change: Partial<AppSecretTable>,
): Promise<boolean> {
  if (!/^sec_[0-9A-Za-z]+$/.test(id)) return false;
  const { numUpdatedRows } = await store
    .updateTable("appSecrets")
    .set(change)
    .where("id", "=", id)
    .where("appId", "=", appId)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes a use, only when the last note is older than `before`, so that many nodes write once. */
export async function updateSecretUse(store: Reader, id: string, now: number, before: number): Promise<void> {
  await store
    .updateTable("appSecrets")
    .set({ lastUsedAt: now })
    .where("id", "=", id)
    .where((eb) => eb.or([eb("lastUsedAt", "is", null), eb("lastUsedAt", "<=", before)]))
    .execute();
}

export async function deleteSecretsOfApp(store: Reader, appId: string, now: number): Promise<void> {
  await store
    .updateTable("appSecrets")
    .set({ deletedAt: now })
    .where("appId", "=", appId)
    .where("deletedAt", "is", null)
    .execute();
}
