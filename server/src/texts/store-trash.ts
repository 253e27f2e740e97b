import type { Reader } from "../context.ts";

/** A project with keys that were deleted before this instant. */
export async function selectProjectWithExpired(store: Reader, before: number): Promise<string | undefined> {
  const row = await store
    .selectFrom("keys")
    .select("projectId")
    .where("deletedAt", "<", before)
    .limit(1)
    .executeTakeFirst();
  return row?.projectId;
}

export async function selectExpiredKeys(
  store: Reader,
  projectId: string,
  before: number,
  limit: number,
): Promise<string[]> {
  const rows = await store
    .selectFrom("keys")
    .select("id")
    .where("projectId", "=", projectId)
    .where("deletedAt", "<", before)
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function deleteKeysForGood(store: Reader, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await store.deleteFrom("translations").where("keyId", "in", ids).execute();
  await store.deleteFrom("keys").where("id", "in", ids).execute();
}
