import type { Reader } from "../context.ts";
import { chunksOf, inChunks } from "../database/in-chunks.ts";
import { isListed } from "../database/in-list.ts";
import { prepared } from "../database/prepared.ts";
import type { TranslationTable } from "../database/schema.ts";

const STORED = [
  "keyId",
  "language",
  "text",
  "status",
  "revision",
  "changesetId",
  "updatedAt",
  "outdatedAt",
] as const;
export type StoredValue = Pick<TranslationTable, (typeof STORED)[number]>;

const storedValues = prepared(
  (store, { keyIds, languages }: { keyIds: string; languages: string }) =>
    store
      .selectFrom("translations")
      .select(STORED)
      .where(isListed(store, "keyId", keyIds))
      .where(isListed(store, "language", languages)),
  { isLong: true },
);

/** The same for one language, which SQLite finds by it instead of trying one after the other. */
const storedInLanguage = prepared(
  (store, { keyIds, language }: { keyIds: string; language: string }) =>
    store
      .selectFrom("translations")
      .select(STORED)
      .where(isListed(store, "keyId", keyIds))
      .where("language", "=", language),
  { isLong: true },
);

/** What stands there now, for every pair of the given keys and languages. */
export function selectStored(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
): Promise<StoredValue[]> {
  const [language] = languages;
  if (language !== undefined && languages.length === 1) {
    return inChunks(keyIds, (part) => storedInLanguage(store, { keyIds: JSON.stringify(part), language }));
  }
  const among = JSON.stringify(languages);
  return inChunks(keyIds, (part) => storedValues(store, { keyIds: JSON.stringify(part), languages: among }));
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
