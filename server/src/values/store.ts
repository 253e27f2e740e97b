import type { Reader } from "../context.ts";
import type { TranslationTable } from "../database/schema.ts";

/** The values of these keys, in no order. */
export function selectValuesOfKeys(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
): Promise<TranslationTable[]> {
  return store
    .selectFrom("translations")
    .selectAll()
    .where("keyId", "in", keyIds)
    .where("language", "in", languages)
    .execute();
}
