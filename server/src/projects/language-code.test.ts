import { describe, expect, it } from "vitest";
import { canonicalLanguage, languageCountry, languageName, nativeLanguageName } from "./language-code.ts";

describe("language codes", () => {
  it.each([
    ["de", "de"],
    ["PT_br", "pt-BR"],
    ["zh-hans-cn", "zh-Hans-CN"],
    ["iw", "he"],
    ["SR-latn", "sr-Latn"],
    ["en-x-pirate", "en-x-pirate"],
    ["de-u-co-phonebk", "de-u-co-phonebk"],
  ])("%s is %s", (code, canonical) => {
    expect(canonicalLanguage(code)).toBe(canonical);
    expect(languageName(canonical)).not.toBe("");
    expect(nativeLanguageName(canonical)).not.toBe("");
  });

  it.each(["", "d", "english", "qq", "und", "de-", "de--DE", "de de", "🙂", "__proto__", "x-private"])(
    "%j is not a language",
    (code) => {
      expect(canonicalLanguage(code)).toBeUndefined();
    },
  );

  it.each([
    ["de", "German", "Deutsch", "de"],
    ["pt-BR", "Brazilian Portuguese", "português (Brasil)", "br"],
    ["ar", "Arabic", "العربية", "eg"],
    ["es-419", "Latin American Spanish", "español latinoamericano", null],
  ])("%s is called %s, %s, and flies the flag of %s", (code, english, native, country) => {
    expect([languageName(code), nativeLanguageName(code), languageCountry(code)]).toEqual([
      english,
      native,
      country,
    ]);
  });
});
