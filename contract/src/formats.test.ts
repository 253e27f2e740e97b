import { describe, expect, test } from "vitest";
import { DEFAULT_FILE_FORMAT, FILE_FORMAT_IDS, FILE_FORMATS, guessFormat, MEDIA_TYPES } from "./formats.ts";
import { MOST_IMPORT_BYTES } from "./import-limits.ts";

const namespaces = ["default", "checkout"];

describe.each(FILE_FORMAT_IDS)("%s", (id) => {
  const { example, extensions, contentType, maxBytes } = FILE_FORMATS[id];

  test("is recognized by its example", () => {
    const text = `${example}\n${example}\n`;
    const [extension] = extensions;
    const guessed = guessFormat(`texts.${extension}`, { text, namespaces });
    // An example of one nested object may be anybody's; it is what a file is taken for that looks like none.
    expect(guessed).toBe(FILE_FORMATS[id].looksLike({ text, namespaces }) ? id : DEFAULT_FILE_FORMAT);
    expect([id, DEFAULT_FILE_FORMAT]).toContain(guessed);
  });

  test("has endings without a dot, a content type that imports take, and a limit within the limit of all", () => {
    for (const extension of extensions) expect(extension).toMatch(/^[a-z]+$/);
    expect(MEDIA_TYPES).toContain(contentType.split(";")[0]);
    expect(maxBytes).toBeLessThanOrEqual(MOST_IMPORT_BYTES);
  });
});

test.each([
  ["an ending of one format decides", "keys.JSONL", "", "ndjson"],
  [
    "lines of keys are recognized whatever the ending",
    "keys.txt",
    '\uFEFF{"key": "a"}\n{"key": "b"}\n',
    "ndjson",
  ],
  ["one object that names a key is no line", "key.json", '{"key": "a"}', "json_flat"],
  ["texts only", "de.json", '{"cart.title": "Korb"}', "json_flat"],
  ["a text with brackets and quotes", "de.json", '{ "title": "\\"{"', "json_flat"],
  ["texts and objects", "de.json", '{"a": "b", "cart": {"title": "Korb"}}', "json_nested"],
  ["namespaces of the project", "all.json", '{"checkout": {"a": "A"}, "default": {"b"', "json_namespaces"],
  ["other objects", "all.json", '{"checkout": {"a": "A"}, "cart": {"b": "B"}}', "json_nested"],
  ["the beginning of nothing", "de.json", "{", "json_nested"],
  ["neither ending nor beginning", "notes", "Dear all", "json_nested"],
])("a guess: %s", (_, fileName, text, format) => {
  expect(guessFormat(fileName, { text, namespaces })).toBe(format);
});
