const NAMES = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/**
 * The canonical form of a BCP 47 tag in any case, underscores taken for hyphens; undefined when it is malformed or its
 * language is one that CLDR has no name for, which is nearly always a typing error.
 */
export function canonicalLanguage(code: string): string | undefined {
  try {
    const [canonical = ""] = Intl.getCanonicalLocales(code.replaceAll("_", "-"));
    return NAMES.of(new Intl.Locale(canonical).language) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

/** The language's name in the language `inLanguage`; the code itself where neither is known. */
export function languageName(code: string, inLanguage = "en"): string {
  try {
    return new Intl.DisplayNames([inLanguage, "en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The country most people would take a flag from, ISO 3166 alpha-2 in lower case; null where there is none. */
export function languageCountry(code: string): string | null {
  const region = new Intl.Locale(code).maximize().region;
  return region && /^[A-Z]{2}$/.test(region) ? region.toLowerCase() : null;
}
