import type { Reader } from "../context.ts";
import { chunksOf, inChunks } from "../database/in-chunks.ts";
import type { ChangeTable, KeyTable, TranslationTable } from "../database/schema.ts";

/** The changeset behind each revision of a language after `since`. */
export function selectWritesSince(
  store: Reader,
  projectId: string,
  code: string,
  since: number,
): Promise<{ revision: number; changesetId: string }[]> {
  return store
    .selectFrom("languageWrites")
    .select(["revision", "changesetId"])
    .where("projectId", "=", projectId)
    .where("language", "=", code)
    .where("revision", ">", since)
    .execute();
}

/** Whether any of the changesets wrote to the language up to `since` too. */
export async function hasWrittenBefore(
  store: Reader,
  code: string,
  changesetIds: readonly string[],
  since: number,
): Promise<boolean> {
  for (const part of chunksOf(changesetIds)) {
    const row = await store
      .selectFrom("languageWrites")
      .select("revision")
      .where("changesetId", "in", part)
      .where("language", "=", code)
      .where("revision", "<=", since)
      .limit(1)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}

/** How many changes each of the changesets has. */
export async function selectChangeCounts(
  store: Reader,
  changesetIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await inChunks(changesetIds, (part) =>
    store.selectFrom("changesets").select(["id", "keyCount", "valueCount"]).where("id", "in", part).execute(),
  );
  return new Map(rows.map(({ id, keyCount, valueCount }) => [id, keyCount + valueCount]));
}

export function selectChangesOf(store: Reader, changesetIds: readonly string[]): Promise<ChangeTable[]> {
  return inChunks(changesetIds, (part) =>
    store.selectFrom("changes").selectAll().where("changesetId", "in", part).execute(),
  );
}

export type NamedKey = Pick<KeyTable, "id" | "namespace" | "name" | "deletedAt">;

/** Finds keys in the trash too. */
export function selectNamedKeys(
  store: Reader,
  projectId: string,
  ids: readonly string[],
): Promise<NamedKey[]> {
  return inChunks(ids, (part) =>
    store
      .selectFrom("keys")
      .select(["id", "namespace", "name", "deletedAt"])
      .where("projectId", "=", projectId)
      .where("id", "in", part)
      .execute(),
  );
}

export type Value = Pick<TranslationTable, "keyId" | "language" | "text" | "status">;

export function selectValues(
  store: Reader,
  keyIds: readonly string[],
  codes: readonly string[],
): Promise<Value[]> {
  return inChunks(keyIds, (part) =>
    store
      .selectFrom("translations")
      .select(["keyId", "language", "text", "status"])
      .where("keyId", "in", part)
      .where("language", "in", codes)
      .execute(),
  );
}

/** All that ever happened to values of these keys, in no order. */
export function selectValueChanges(
  store: Reader,
  keyIds: readonly string[],
  codes: readonly string[],
): Promise<ChangeTable[]> {
  return inChunks(keyIds, (part) =>
    store
      .selectFrom("changes")
      .selectAll()
      .where("keyId", "in", part)
      .where("language", "in", codes)
      .execute(),
  );
}
