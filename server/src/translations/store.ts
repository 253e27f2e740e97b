import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { chunksOf, inChunks } from "../database/in-chunks.ts";
import { type Columns, insertRows } from "../database/insert-rows.ts";
import type { TranslationTable } from "../database/schema.ts";

export type Current = Pick<
  TranslationTable,
  "keyId" | "language" | "text" | "status" | "revision" | "changesetId" | "updatedAt" | "outdatedAt"
>;

/** What stands there now, for every pair of the given keys and languages. */
export function selectCurrent(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
): Promise<Current[]> {
  return inChunks(keyIds, (part) =>
    store
      .selectFrom("translations")
      .select(["keyId", "language", "text", "status", "revision", "changesetId", "updatedAt", "outdatedAt"])
      .where("keyId", "in", part)
      .where("language", "in", languages)
      .execute(),
  );
}

const COLUMNS: Columns<"translations"> = {
  ...{ keyId: "text", language: "text", projectId: "text", text: "text", status: "text" },
  ...{ revision: "integer", changesetId: "text", updatedAt: "bigint", outdatedAt: "bigint" },
};

/** What a value takes from the one that is written over it. */
const OVERWRITTEN = ["text", "status", "revision", "changesetId", "updatedAt", "outdatedAt"] as const;

export function upsertTranslations(store: Reader, rows: readonly TranslationTable[]): Promise<void> {
  const set = OVERWRITTEN.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  const onConflict = sql`on conflict ("keyId", "language") do update set ${sql.join(set)}`;
  return insertRows(store, "translations", COLUMNS, rows, onConflict);
}

export async function deleteTranslations(
  store: Reader,
  rows: readonly Pick<TranslationTable, "keyId" | "language">[],
): Promise<void> {
  for (const [language, list] of Map.groupBy(rows, (row) => row.language)) {
    for (const part of chunksOf(list)) {
      const keyIds = part.map((row) => row.keyId);
      await store
        .deleteFrom("translations")
        .where("language", "=", language)
        .where("keyId", "in", keyIds)
        .execute();
    }
  }
}

/** Marks what the keys' other languages say as written for another source text, unless it came in the same changeset. */
export async function markOutdated(
  store: Reader,
  keyIds: readonly string[],
  {
    project: { sourceLanguage },
    changesetId,
    now,
  }: { project: { sourceLanguage: string }; changesetId: string; now: number },
): Promise<void> {
  for (const part of chunksOf(keyIds)) {
    await store
      .updateTable("translations")
      .set({ outdatedAt: now })
      .where("keyId", "in", part)
      .where("language", "<>", sourceLanguage)
      .where("changesetId", "<>", changesetId)
      .where("outdatedAt", "is", null)
      .execute();
  }
}

/** Keys whose value in a language is marked. */
export async function selectOutdated(store: Reader, projectId: string, language: string): Promise<string[]> {
  const rows = await store
    .selectFrom("translations")
    .select("keyId")
    .where("projectId", "=", projectId)
    .where("language", "=", language)
    .where("outdatedAt", "is not", null)
    .execute();
  return rows.map((row) => row.keyId);
}

/** How many live keys have a value in one language and none in another. */
export async function countLacking(
  store: Reader,
  projectId: string,
  { has, lacks }: { has: string; lacks: string },
): Promise<number> {
  const row = await store
    .selectFrom("keys")
    .innerJoin("translations as had", (join) =>
      join.onRef("had.keyId", "=", "keys.id").on("had.language", "=", has),
    )
    .leftJoin("translations as lacked", (join) =>
      join.onRef("lacked.keyId", "=", "keys.id").on("lacked.language", "=", lacks),
    )
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("keys.projectId", "=", projectId)
    .where("keys.deletedAt", "is", null)
    .where("lacked.keyId", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Takes the marks of a language away. */
export async function clearOutdatedOf(store: Reader, projectId: string, language: string): Promise<void> {
  await store
    .updateTable("translations")
    .set({ outdatedAt: null })
    .where("projectId", "=", projectId)
    .where("language", "=", language)
    .where("outdatedAt", "is not", null)
    .execute();
}

/** Takes back what `markOutdated` did at that instant to values that stand as they stood then. */
export async function clearOutdated(store: Reader, keyIds: readonly string[], since: number): Promise<void> {
  for (const part of chunksOf(keyIds)) {
    await store
      .updateTable("translations")
      .set({ outdatedAt: null })
      .where("keyId", "in", part)
      .where("outdatedAt", "=", since)
      .execute();
  }
}

/** How many of the keys have a value, by language. */
export async function countByLanguage(
  store: Reader,
  keyIds: readonly string[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const part of chunksOf(keyIds)) {
    const rows = await store
      .selectFrom("translations")
      .select(["language", (eb) => eb.fn.countAll<number>().as("count")])
      .where("keyId", "in", part)
      .groupBy("language")
      .execute();
    for (const { language, count } of rows) counts.set(language, (counts.get(language) ?? 0) + Number(count));
  }
  return counts;
}

export function selectValuesOfKey(
  store: Reader,
  keyId: string,
  languages: readonly string[],
): Promise<TranslationTable[]> {
  return store
    .selectFrom("translations")
    .selectAll()
    .where("keyId", "=", keyId)
    .where("language", "in", languages)
    .orderBy("language")
    .execute();
}
