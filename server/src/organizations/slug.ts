import { randomInt } from "node:crypto";
import { RESERVED_SLUGS } from "@parlance/contract/reserved";

const LONGEST = 60;
const SHORTEST = 2;
const SUFFIX_LETTERS = 6;

/** Letters that Unicode does not decompose into an ASCII letter and a mark. */
const FOLDED: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** A name in lower-case ASCII letters, digits and single hyphens; empty when nothing is left of it. */
export function fold(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\0-\x7f]/g, (letter) => FOLDED[letter] ?? "-")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST - SUFFIX_LETTERS - 1)
    .replace(/^-+|-+$/g, "");
}

/** Slugs to try for a name, best first: the folded name, then with a number, and at last one that is always free. */
export function slugsFor(name: string): string[] {
  const folded = fold(name);
  const base = folded.length < SHORTEST ? "org" : folded;
  const numbered = [2, 3, 4, 5].map((number) => `${base}-${number}`);
  const plain = folded.length < SHORTEST ? [] : [base, ...numbered];
  return [...plain, `${base}-${randomSuffix()}`].filter((slug) => !RESERVED_SLUGS.has(slug));
}

function randomSuffix(): string {
  return randomInt(36 ** SUFFIX_LETTERS)
    .toString(36)
    .padStart(SUFFIX_LETTERS, "0");
}
