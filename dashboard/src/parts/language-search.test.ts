import { expect, test } from "vitest";
import { canonical, searchLanguages } from "./language-search.ts";

test.each([
  ["german", "de"],
  ["Deutsch", "de"],
  ["de", "de"],
  ["pt_br", "pt-BR"],
  ["brazil", "pt-BR"],
  ["german swi", "de-CH"],
  ["français", "fr"],
  ["العربية", "ar"],
  ["zh-hant", "zh-Hant"],
  ["klingon", "tlh"],
])("a language is found by %j", (text, code) => {
  expect(searchLanguages(text)[0]?.code).toBe(code);
});

test("common languages are offered before anything is typed, and nothing for nonsense", () => {
  expect(searchLanguages("").map(({ code }) => code)).toEqual(expect.arrayContaining(["de", "pt-BR", "ar"]));
  expect(searchLanguages("no such language")).toEqual([]);
});

test("every code offered is canonical", () => {
  for (const text of ["a", "iw", "norwegian", "english", "serbian", "german g"]) {
    for (const { code } of searchLanguages(text)) expect(canonical(code)).toBe(code);
  }
});
