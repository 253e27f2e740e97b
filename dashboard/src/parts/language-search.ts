import { languageName } from "./words.ts";

interface FoundLanguage {
  code: string;
  name: string;
  /** As its speakers call it; empty when that is the same or not known. */
  ownName: string;
}

/** Of the thousands that exist, a list to choose from shows this many. */
const LIMIT = 30;

/**
 * Languages for what somebody typed, best first: a code ("pt-BR"), a name in English or in the language itself
 * ("Deutsch"), or a language and a region ("german swi"). Without text the common ones.
 */
export function searchLanguages(text: string): FoundLanguage[] {
  const query = fold(text);
  if (!query) return COMMON.map(describe);
  const codes = new Set<string>();
  const typed = canonical(text);
  if (typed && languageName(typed)) codes.add(typed);
  for (const { code } of match(all(), query)) codes.add(code);
  for (const code of withRegions(query)) codes.add(code);
  return [...codes].slice(0, LIMIT).map(describe);
}

/** "zh_hans" → "zh-Hans"; null for what is no language code. */
export function canonical(code: string): string | null {
  try {
    return Intl.getCanonicalLocales(code.trim().replaceAll("_", "-"))[0] ?? null;
  } catch {
    return null;
  }
}

/** "german swi" → languages by the first words, regions by the last ones. */
function withRegions(query: string): string[] {
  const words = query.split(" ");
  const found: string[] = [];
  for (let split = words.length - 1; split > 0; split -= 1) {
    const languages = match(all(), words.slice(0, split).join(" ")).slice(0, 3);
    const regions = match(allRegions(), words.slice(split).join(" ")).slice(0, LIMIT);
    for (const language of languages) {
      if (language.code.includes("-")) continue;
      for (const region of regions) found.push(`${language.code}-${region.code}`);
    }
  }
  return found;
}

interface Named {
  code: string;
  names: string[];
}

function match(list: Named[], query: string): Named[] {
  const rank = ({ code, names }: Named) => {
    if (code.toLowerCase() === query) return 0;
    if (names.some((name) => name === query)) return 1;
    if (names.some((name) => name.startsWith(query))) return 2;
    return 3;
  };
  return list
    .filter(
      ({ code, names }) =>
        code.toLowerCase() === query || names.some((name) => ` ${name}`.includes(` ${query}`)),
    )
    .sort((one, other) => rank(one) - rank(other));
}

let languages: Named[] | undefined;
let regions: Named[] | undefined;

/** `Intl` names codes but lists none, so all of two letters are asked for, once; retired ones (`iw`) are left out. */
function all(): Named[] {
  languages ??= [...new Set([...COMMON, ...pairs(), ...LONGER])]
    .filter((code) => languageName(code) !== null && canonical(code) === code)
    .map((code) => ({ code, names: [fold(languageName(code) ?? ""), fold(ownName(code))] }));
  return languages;
}

function allRegions(): Named[] {
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const codes = pairs().map((pair) => pair.toUpperCase());
  regions ??= [...new Set([...COMMON_REGIONS, ...codes])].flatMap((code) => {
    const name = canonical(`und-${code}`) === `und-${code}` && names.of(code);
    return name ? [{ code, names: [fold(name)] }] : [];
  });
  return regions;
}

function pairs(): string[] {
  const letters = Array.from("abcdefghijklmnopqrstuvwxyz");
  return letters.flatMap((first) => letters.map((second) => first + second));
}

function describe(code: string): FoundLanguage {
  const name = languageName(code) ?? code;
  const own = ownName(code);
  return { code, name, ownName: own === name ? "" : own };
}

function ownName(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: "language", fallback: "none" }).of(code) ?? "";
  } catch {
    return "";
  }
}

/** Lower case, without accents and punctuation. */
function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Codes of three letters are too many to ask for; these are written most. Any other can be typed. */
const LONGER =
  "ast bho brx ceb chr ckb doi dsb fil fur gsw haw hmn hsb ilo kab kok kri lij lus mai mni nds nso pcm sah sat scn szl tlh tok vec yue zgh".split(
    " ",
  );
const COMMON_REGIONS =
  "US GB CA AU IE IN ZA DE AT CH FR BE NL LU ES MX AR CO BR PT IT SE NO DK FI PL RU UA TR IL SA AE EG MA CN TW HK SG JP KR".split(
    " ",
  );
const COMMON =
  "ar bg bn ca cs da de el en en-GB en-US es es-419 et fa fi fr fr-CA he hi hr hu id it ja ko lt lv ms nb nl pl pt-BR pt-PT ro ru sk sl sr sv th tr uk ur vi zh-Hans zh-Hant".split(
    " ",
  );
