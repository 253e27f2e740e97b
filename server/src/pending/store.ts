import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { inChunks } from "../database/in-chunks.ts";
import type { KeyTable, LanguageTable } from "../database/schema.ts";
import type { KeyName } from "./key-name.ts";
import type { Statuses } from "./statuses.ts";

/** As they are in this snapshot: the caller may have read the project earlier. */
/** Undefined when the project was deleted. */
export function selectPublishSettings(store: Reader, projectId: string) {
  return store
    .selectFrom("projects")
    .select(["publishFrom", "sourceLanguage"])
    .where("id", "=", projectId)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
}

export function selectActiveLanguages(store: Reader, projectId: string): Promise<LanguageTable[]> {
  return store
    .selectFrom("languages")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("status", "=", "active")
    .orderBy("code")
    .execute();
}

export async function selectNamespaces(store: Reader, projectId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("namespaces")
    .select("name")
    .where("projectId", "=", projectId)
    .where("keyCount", ">", 0)
    .orderBy("name")
    .execute();
  return rows.map((row) => row.name);
}

/** Live keys in code point order of namespace and name, each with its text in one language where it has one. */
export function selectTexts(
  store: Reader,
  {
    projectId,
    code,
    after,
    limit,
  }: {
    projectId: string;
    code: string;
    after: KeyName | undefined;
    limit: number;
  },
): Promise<{ id: string; namespace: string; name: string; text: string | null; status: string | null }[]> {
  return store
    .selectFrom((eb) => {
      let keys = eb
        .selectFrom("keys")
        .select(["id", "namespace", "name"])
        .where("projectId", "=", projectId)
        .where("deletedAt", "is", null);
      if (after) {
        keys = keys.where(({ eb: on, refTuple, tuple }) =>
          on(refTuple("namespace", "name"), ">", tuple(after.namespace, after.name)),
        );
      }
      return keys.orderBy("namespace").orderBy("name").limit(limit).as("page");
    })
    .leftJoin("translations", (join) =>
      join.onRef("translations.keyId", "=", "page.id").on("translations.language", "=", code),
    )
    .select(["page.id", "page.namespace", "page.name", "translations.text", "translations.status"])
    .orderBy("page.namespace")
    .orderBy("page.name")
    .execute();
}

/** Counts the values of live keys that have one of these statuses, of which none may be `approved`. */
export async function countHeldBack(
  store: Reader,
  projectId: string,
  code: string,
  statuses: Statuses,
): Promise<number> {
  if (statuses.length === 0) return 0;
  const row = await store
    .selectFrom("translations")
    .innerJoin("keys", "keys.id", "translations.keyId")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("translations.projectId", "=", projectId)
    .where("translations.language", "=", code)
    // Spelled out, because a partial index is used only when its own condition stands in the query.
    .where(sql<boolean>`"translations"."status" <> 'approved'`)
    .where("translations.status", "in", statuses)
    .where("keys.deletedAt", "is", null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Finds keys in the trash too. */
export function selectKeysById(store: Reader, projectId: string, ids: readonly string[]) {
  return inChunks(ids, (part) =>
    store
      .selectFrom("keys")
      .select(["id", "namespace", "name"])
      .where("projectId", "=", projectId)
      .where("id", "in", part)
      .execute(),
  );
}

/** Finds keys in the trash too. */
export function selectKeysByName(store: Reader, projectId: string, names: readonly string[]) {
  return inChunks(names, (part) =>
    store
      .selectFrom("keys")
      .select(["namespace", "name"])
      .where("projectId", "=", projectId)
      .where("name", "in", part)
      .execute(),
  );
}

export type TrashedKey = Pick<KeyTable, "id" | "namespace" | "name">;

/** Keys of the trash, the last deleted first, each with the live key that is called so now. */
export function selectTrash(
  store: Reader,
  projectId: string,
  limit: number,
): Promise<(TrashedKey & { successorId: string | null })[]> {
  return store
    .selectFrom("keys")
    .select(["id", "namespace", "name"])
    .select((eb) =>
      // A value and not `exists`, for which Postgres would read every live key of the project.
      eb
        .selectFrom("keys as live")
        .select("live.id")
        .whereRef("live.projectId", "=", "keys.projectId")
        .whereRef("live.namespace", "=", "keys.namespace")
        .whereRef("live.name", "=", "keys.name")
        .where("live.deletedAt", "is", null)
        .as("successorId"),
    )
    .where("projectId", "=", projectId)
    .where("deletedAt", "is not", null)
    .orderBy("deletedAt", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
}
