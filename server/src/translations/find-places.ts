import type { Work } from "../context.ts";
import type { LanguageTable } from "../database/schema.ts";
import type { Fault } from "../keys/faults.ts";
import { type FoundKey, type findKeys, type KeyReference, unknownKey } from "../keys/find-keys.ts";
import { findLanguage } from "./find-language.ts";
import { type Current, selectCurrent } from "./store.ts";

interface Named {
  key: KeyReference;
  language: string;
}

/** Where an item of a bulk call belongs. */
export interface Place<Item extends Named> {
  /** JSON pointer of the item. */
  at: string;
  item: Item;
  key: FoundKey;
  /** Canonical. */
  language: string;
}

/** Finds key and language of every item, or tells what is wrong with it: unknown, or named twice. */
export function findPlaces<Item extends Named>(
  items: readonly Item[],
  keyOf: Awaited<ReturnType<typeof findKeys>>,
  languages: ReadonlyMap<string, LanguageTable>,
): { places: Place<Item>[]; faults: Fault[] } {
  const places = new Map<string, Place<Item>>();
  const faults: Fault[] = [];
  for (const [index, item] of items.entries()) {
    const at = `/values/${index}`;
    const key = keyOf(item.key);
    const language = findLanguage(languages, item.language, `${at}/language`);
    if (!key) faults.push(unknownKey(`${at}/key`, item.key));
    if (typeof language !== "string") faults.push(language);
    if (!key || typeof language !== "string") continue;
    const pair = pairOf({ keyId: key.id, language });
    if (places.has(pair)) {
      faults.push({
        pointer: at,
        code: "duplicate",
        expected: "each key and language once in a call",
        found: `${key.name}, ${language}`,
      });
    }
    places.set(pair, { at, item, key, language });
  }
  return { places: [...places.values()], faults };
}

/** What stands there now, by `pairOf`; of these keys in their languages and in those of `more`. */
export async function currentAt(
  call: Work,
  places: readonly Place<Named>[],
  ...more: string[]
): Promise<Map<string, Current>> {
  const keyIds = [...new Set(places.map(({ key }) => key.id))];
  const codes = [...new Set([...places.map(({ language }) => language), ...more])];
  const rows = await selectCurrent(call.store, keyIds, codes);
  return new Map(rows.map((row) => [pairOf(row), row]));
}

export function pairOf({ keyId, language }: { keyId: string; language: string }): string {
  return `${keyId}/${language}`;
}
