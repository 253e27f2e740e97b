type PluralType = "cardinal" | "ordinal";

/** The categories that a plural in this language has to have, each with the whole numbers that belong to it. */
export type Required = ReadonlyMap<string, readonly number[]>;

/** Every category of CLDR; one that a language never chooses does no harm in it. */
export const CATEGORIES: ReadonlySet<string> = new Set(["zero", "one", "two", "few", "many", "other"]);

/**
 * A category that none of these reaches is for whole millions (Spanish, French, Italian, Portuguese, Catalan, Breton):
 * CLDR leaves it out of most of its own messages (docs/decisions/0004).
 */
const WHOLE = [...Array(1001).keys(), 10_000, 100_000];
const FRACTIONS = [0.1, 0.5, 0.9, 1.1, 1.5, 2.1, 2.5, 5.5, 10.1, 11.5];

const MOST_CACHED = 1000;
const cache = new Map<string, Required>();

/** The categories by CLDR's rules; just `other` for a language that the runtime does not have rules for. */
export function requiredCategories(language: string, type: PluralType): Required {
  const name = `${type} ${language}`;
  let required = cache.get(name);
  if (!required) {
    required = findRequired(language, type);
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(name, required);
  }
  return required;
}

function findRequired(language: string, type: PluralType): Required {
  const members = new Map<string, number[]>([["other", []]]);
  if (!hasRules(language)) return members;
  const rules = new Intl.PluralRules(language, { type });
  for (const number of WHOLE) {
    const category = rules.select(number);
    const found = members.get(category);
    if (found) found.push(number);
    else members.set(category, [number]);
  }
  if (type === "ordinal") return members;
  for (const number of FRACTIONS) {
    const category = rules.select(number);
    if (!members.has(category)) members.set(category, []);
  }
  return members;
}

/** Without this, a language the runtime does not know would get the rules of the machine's own. */
function hasRules(language: string): boolean {
  try {
    return Intl.PluralRules.supportedLocalesOf([language]).length > 0;
  } catch {
    return false;
  }
}
