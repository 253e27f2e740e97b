import { expect, test } from "vitest";
import { guessFile } from "./guess-file.ts";

const PROJECT = {
  languages: ["en", "de", "pt", "pt-BR", "zh-Hans"].map((code) => ({ code })),
  namespaces: ["default", "checkout", "e-mails"].map((name) => ({ name })),
} as unknown as Parameters<typeof guessFile>[2];

test.each([
  ["de.json", '{"cart.title": "Korb"}', "json_flat", "de", "default"],
  ["messages.pt_br.json", '{"cart": {"title": "Carrinho"}}', "json_nested", "pt-BR", "default"],
  ["PT.json", '{"a": "b", "cart": {"title": "Carrinho"}}', "json_nested", "pt", "default"],
  ["checkout-zh-hans.json", '{ "title": "\\"{"', "json_flat", "zh-Hans", "checkout"],
  ["e_mails.en.json", "{", "json_nested", "en", "e-mails"],
  ["all.json", '{"checkout": {"a": "A"}, "default": {"b": "B"}}', "json_namespaces", null, "default"],
  ["all.json", '{"checkout": {"a": "A"}, "cart": {"b": "B"}}', "json_nested", null, "default"],
  ["keys.jsonl", "", "ndjson", null, "default"],
  ["keys.txt", '\uFEFF{"key": "a"}\n{"key": "b"}\n', "ndjson", null, "default"],
  ["key.json", '{"key": "a"}', "json_flat", null, "default"],
  ["model.json", '{"titles": {"de": "x", "en": "y"}}', "json_nested", null, "default"],
])("%s with %s is told apart", (name, head, format, language, namespace) => {
  expect(guessFile(name, head, PROJECT)).toMatchObject({ format, language, namespace });
});

test("a language that the project lacks is named", () => {
  expect(guessFile("messages.fr.json", "{}", PROJECT).unknownLanguage).toBe("fr");
  expect(guessFile("fr-CA.json", "{}", PROJECT).unknownLanguage).toBe("fr-CA");
  expect(guessFile("model.json", "{}", PROJECT).unknownLanguage).toBeNull();
  expect(guessFile("de.json", "{}", PROJECT).unknownLanguage).toBeNull();
});
