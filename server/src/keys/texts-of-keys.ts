import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { type StoredValue, valuesOfKeys } from "../texts/find-values.ts";

/** Values that one statement reads. */
const VALUES_AT_ONCE = 500;
/** In UTF-16 code units, of all texts of one answer. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * The values of some keys in these languages, by key and language, in the order of the languages; no entry for a key that
 * has none. Throws
 * `invalid_request` about the field `limit` when their texts are too long for one answer.
 */
export async function textsOfKeys(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
): Promise<Map<string, Map<string, StoredValue>>> {
  const texts = new Map<string, Map<string, StoredValue>>();
  if (languages.length === 0) return texts;
  const keysAtOnce = Math.max(1, Math.floor(VALUES_AT_ONCE / languages.length));
  const orderOf = new Map(languages.map((code, index) => [code, index]));
  let characters = 0;
  for (let at = 0; at < keyIds.length; at += keysAtOnce) {
    const values = await valuesOfKeys(store, keyIds.slice(at, at + keysAtOnce), languages);
    if (languages.length > 1) {
      values.sort((one, other) => (orderOf.get(one.language) ?? 0) - (orderOf.get(other.language) ?? 0));
    }
    for (const value of values) {
      const ofKey = texts.get(value.keyId);
      if (ofKey) ofKey.set(value.language, value);
      else texts.set(value.keyId, new Map([[value.language, value]]));
      characters += value.text.length;
    }
    if (characters > MOST_CHARACTERS) throw tooLong();
  }
  return texts;
}

function tooLong(): ApiError {
  const expected = "fewer keys or languages, because their texts are too long for one answer";
  return new ApiError("invalid_request", `The field /limit is not right: ${expected}.`, {
    errors: [{ pointer: "/limit", code: "too_long", expected }],
  });
}
