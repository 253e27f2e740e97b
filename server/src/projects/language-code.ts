import { memoize } from "../platform/memoize.ts";

const KNOWN = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
const ENGLISH = new Intl.DisplayNames(["en"], { type: "language" });

/**
 * The canonical form of a BCP 47 tag in any case, underscores taken for hyphens; undefined when it is malformed or its
 * language is one that CLDR has no name for, which is nearly always a typing error.
 */
export function canonicalLanguage(code: string): string | undefined {
  try {
    const [canonical = ""] = Intl.getCanonicalLocales(code.replaceAll("_", "-"));
    return KNOWN.of(new Intl.Locale(canonical).language) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

/** The language's name in English; the code itself where there is none. */
export const languageName = memoize((code) => nameOf(code, () => ENGLISH));

/** What its speakers call it; the code itself where that is not known. */
export const nativeLanguageName = memoize((code) =>
  nameOf(code, () => new Intl.DisplayNames([code, "en"], { type: "language" })),
);

function nameOf(code: string, names: () => Intl.DisplayNames): string {
  try {
    return names().of(code) ?? code;
  } catch {
    // Tags with extensions or private parts are languages, but not ones that have a name.
    return code;
  }
}

/** The country most people would take a flag from, ISO 3166 alpha-2 in lower case; null where there is none. */
export const languageCountry = memoize((code): string | null => {
  const region = new Intl.Locale(code).maximize().region;
  return region && /^[A-Z]{2}$/.test(region) ? region.toLowerCase() : null;
});
