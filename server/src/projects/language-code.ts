import { memoize } from "../platform/memoize.ts";

const KNOWN = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
const ENGLISH = new Intl.DisplayNames(["en"], { type: "language" });

/**
 * The canonical form of a BCP 47 tag in any case, with underscores read as hyphens; undefined when the tag is malformed,
 * or CLDR has no name for its language, which is nearly always a typing error.
 */
export function canonicalLanguage(code: string): string | undefined {
  try {
    const [canonical = ""] = Intl.getCanonicalLocales(code.replaceAll("_", "-"));
    return KNOWN.of(new Intl.Locale(canonical).language) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

/** The English name of a language; the code itself when it does not have one. */
export const languageName = memoize((code) => nameOf(code, () => ENGLISH));

/** The name of a language among its speakers; the code itself when that is unknown. */
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

/** The country whose flag most people expect, ISO 3166 alpha-2 in lower case; null when no country fits. */
export const languageCountry = memoize((code): string | null => {
  const region = new Intl.Locale(code).maximize().region;
  return region && /^[A-Z]{2}$/.test(region) ? region.toLowerCase() : null;
});
