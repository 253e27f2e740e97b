import type { Reader } from "../context.ts";
import type { KeyTable, TranslationTable } from "../database/schema.ts";

interface PageQuery {
  projectId: string;
  namespace: string | undefined;
  after: Pick<KeyTable, "namespace" | "name"> | undefined;
  limit: number;
}

/** Live keys in code point order of namespace and name. */
export function selectKeyPage(
  store: Reader,
  { projectId, namespace, after, limit }: PageQuery,
): Promise<KeyTable[]> {
  let rows = store
    .selectFrom("keys")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("deletedAt", "is", null);
  if (namespace !== undefined) rows = rows.where("namespace", "=", namespace);
  if (after) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("namespace", "name"), ">", tuple(after.namespace, after.name)),
    );
  }
  return rows.orderBy("namespace").orderBy("name").limit(limit).execute();
}

export type ExportedValue = Pick<TranslationTable, "keyId" | "language" | "text" | "status">;

/** The values of keys by language. */
export function selectValues(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
  statuses: readonly TranslationTable["status"][],
): Promise<ExportedValue[]> {
  return store
    .selectFrom("translations")
    .select(["keyId", "language", "text", "status"])
    .where("keyId", "in", keyIds)
    .where("language", "in", languages)
    .where("status", "in", statuses)
    .orderBy("language")
    .execute();
}
