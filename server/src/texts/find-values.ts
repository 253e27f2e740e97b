import type { Reader } from "../context.ts";
import type { TranslationTable } from "../database/schema.ts";
import { pairOf } from "./plan.ts";
import { type StoredValue, selectStored, selectValuesOfKey } from "./store-values.ts";

export type { StoredValue };

/** The values of one key, by language. */
export function valuesOfKey(
  store: Reader,
  keyId: string,
  languages: readonly string[],
): Promise<TranslationTable[]> {
  return selectValuesOfKey(store, keyId, languages);
}

/** What stands there now, by `pairOf`, for every pair of the given keys and languages. */
export async function findValues(
  store: Reader,
  keyIds: Iterable<string>,
  languages: Iterable<string>,
): Promise<Map<string, StoredValue>> {
  const rows = await valuesOfKeys(store, [...new Set(keyIds)], [...new Set(languages)]);
  return new Map(rows.map((row) => [pairOf(row), row]));
}

/** The same as rows, in no order. */
export function valuesOfKeys(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
): Promise<StoredValue[]> {
  return selectStored(store, keyIds, languages);
}

/** The source texts among values, by key id. */
export function sourceTexts(
  { sourceLanguage }: { sourceLanguage: string },
  values: Iterable<StoredValue>,
): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { keyId, language, text } of values) if (language === sourceLanguage) sources.set(keyId, text);
  return sources;
}
