import type { Reader } from "../context.ts";
import { pairOf } from "./plan.ts";
import { type StoredValue, selectStored } from "./store-values.ts";

export { selectValuesOfKey as valuesOfKey } from "./store-values.ts";
export type { StoredValue };

/** What stands there now, by `pairOf`, for every pair of the given keys and languages. */
export async function findValues(
  store: Reader,
  keyIds: Iterable<string>,
  languages: Iterable<string>,
): Promise<Map<string, StoredValue>> {
  const rows = await selectStored(store, [...new Set(keyIds)], [...new Set(languages)]);
  return new Map(rows.map((row) => [pairOf(row), row]));
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
