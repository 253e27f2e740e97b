import type { Reader } from "../context.ts";

interface RegistrationRow {
  id: string;
  appId: string;
  tokenHash: string | null;
  createdAt: number;
}

export async function insertRegistration(store: Reader, row: RegistrationRow): Promise<void> {
  await store.insertInto("appRegistrations").values(row).execute();
}

export async function selectRegistration(
  store: Reader,
  tokenHash: string,
): Promise<RegistrationRow | undefined> {
  return store
    .selectFrom("appRegistrations")
    .selectAll()
    .where("tokenHash", "=", tokenHash)
    .executeTakeFirst();
}

export async function deleteRegistration(store: Reader, id: string): Promise<boolean> {
  const { numDeletedRows } = await store
    .deleteFrom("appRegistrations")
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function hasRegistrations(store: Reader, appId: string): Promise<boolean> {
  const row = await store
    .selectFrom("appRegistrations")
    .select("id")
    .where("appId", "=", appId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The token opens nothing from now on; the registration still stands for somebody who uses the app. */
export async function clearRegistrationToken(store: Reader, hash: string): Promise<void> {
  await store
    .updateTable("appRegistrations")
    .set({ tokenHash: null })
    .where("tokenHash", "=", hash)
    .execute();
}

export async function selectTokenHashes(store: Reader, hashes: readonly string[]): Promise<string[]> {
  const rows = await store
    .selectFrom("appRegistrations")
    .select("tokenHash")
    .where("tokenHash", "in", hashes)
    .execute();
  return rows.flatMap((row) => row.tokenHash ?? []);
}

export async function deleteRegistrationsOfApp(store: Reader, appId: string): Promise<void> {
  await store.deleteFrom("appRegistrations").where("appId", "=", appId).execute();
}

/** The newest app registered with the same metadata from the same network that nobody approved yet. */
export async function selectUnapproved(
  store: Reader,
  fingerprint: string,
  now: number,
): Promise<string | undefined> {
  const row = await store
    .selectFrom("apps")
    .select("id")
    .where("fingerprint", "=", fingerprint)
    .where("expiresAt", ">", now)
    .where("disabledAt", "is", null)
    .where("deletedAt", "is", null)
    .orderBy("createdAt", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** Restarts the life of an app that nobody approved yet; false when somebody did, or it is gone. */
export async function extendUnapproved(
  store: Reader,
  id: string,
  { fingerprint, now, expiresAt }: { fingerprint: string; now: number; expiresAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await store
    .updateTable("apps")
    .set({ expiresAt })
    .where("id", "=", id)
    .where("fingerprint", "=", fingerprint)
    .where("expiresAt", ">", now)
    .where("disabledAt", "is", null)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Deletes an app that nobody approved, with all that hangs on it; false when somebody did. */
export async function deleteUnapproved(store: Reader, id: string): Promise<boolean> {
  const { numDeletedRows } = await store
    .deleteFrom("apps")
    .where("id", "=", id)
    .where("expiresAt", "is not", null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
