import type { Reader } from "../context.ts";
import type { LanguageTable, ProjectTable } from "../database/schema.ts";
import { languagesOf } from "../projects/languages.ts";
import type { Fault } from "../texts/faults.ts";
import { type FoundKey, findKeys, type KeyReference, unknownKey } from "../texts/find-keys.ts";
import { findLanguage } from "../texts/find-language.ts";
import { findValues, type StoredValue } from "../texts/find-values.ts";
import { pairOf } from "../texts/plan.ts";

interface Named {
  key: KeyReference;
  language: string;
}

/** An item of a bulk call with what it names. */
export interface FoundItem<Item extends Named> {
  /** JSON pointer of the item. */
  at: string;
  item: Item;
  key: FoundKey;
  /** Canonical. */
  language: string;
  /** What stands there now. */
  before: StoredValue | undefined;
}

interface Found<Item extends Named> {
  items: FoundItem<Item>[];
  /** Of items whose key or language is unknown, or that name a value once more. */
  faults: Fault[];
  /** What stands at the items, and in further languages of their keys. */
  standing: StoredValue[];
}

/**
 * Finds key, language and present value of every item.
 *
 * @param more further languages in which to read the values of the keys
 */
export async function findItems<Item extends Named>(
  store: Reader,
  project: ProjectTable,
  named: readonly Item[],
  ...more: string[]
): Promise<Found<Item>> {
  const references = named.map(({ key }) => key);
  const [languages, keyOf] = await Promise.all([
    languagesOf(store, project.id),
    findKeys(store, project.id, references),
  ]);
  const { found, faults } = resolve(named, keyOf, languages);
  const keyIds = found.map(({ key }) => key.id);
  const values = await findValues(store, keyIds, [...found.map(({ language }) => language), ...more]);
  const items = found.map((item) => {
    return { ...item, before: values.get(pairOf({ keyId: item.key.id, language: item.language })) };
  });
  return { items, faults, standing: [...values.values()] };
}

/** Pure. */
function resolve<Item extends Named>(
  named: readonly Item[],
  keyOf: Awaited<ReturnType<typeof findKeys>>,
  languages: ReadonlyMap<string, LanguageTable>,
): { found: Omit<FoundItem<Item>, "before">[]; faults: Fault[] } {
  const found = new Map<string, Omit<FoundItem<Item>, "before">>();
  const faults: Fault[] = [];
  for (const [index, item] of named.entries()) {
    const at = `/values/${index}`;
    const key = keyOf(item.key);
    const language = findLanguage(languages, item.language, `${at}/language`);
    if (!key) faults.push(unknownKey(`${at}/key`, item.key));
    if (typeof language !== "string") faults.push(language);
    if (!key || typeof language !== "string") continue;
    const pair = pairOf({ keyId: key.id, language });
    if (found.has(pair)) {
      const expected = "each key and language once in a call";
      faults.push({ pointer: at, code: "duplicate", expected, found: `${key.name}, ${language}` });
    }
    found.set(pair, { at, item, key, language });
  }
  return { found: [...found.values()], faults };
}
