import { describe, expect, test } from "vitest";
import { DEFAULT_FILE_FORMAT, FILE_FORMAT_IDS, FILE_FORMATS, guessFormat, MEDIA_TYPES } from "./formats.ts";
import { MOST_IMPORT_BYTES } from "./import-limits.ts";

const namespaces = ["default", "checkout"];

describe.each(FILE_FORMAT_IDS)("%s", (id) => {
  const { example, extensions, contentType, maxBytes } = FILE_FORMATS[id];

  test("is told by its ending where no other format has it, else by its example", () => {
    const head = { text: `${example}\n${example}\n`, namespaces };
    const [extension] = extensions;
    const isAlone = FILE_FORMAT_IDS.every(
      (other) => other === id || !FILE_FORMATS[other].extensions.includes(extension),
    );
    // One object of objects may be anybody's: the example of the format that a file is taken for which looks like none.
    const isTold = isAlone || FILE_FORMATS[id].looksLike(head) || id === DEFAULT_FILE_FORMAT;
    expect(isTold).toBe(true);
    expect(guessFormat(`texts.${extension}`, head)).toBe(id);
  });

  test("has endings without a dot, a content type that imports take, and a limit within the limit of all", () => {
    for (const extension of extensions) expect(extension).toMatch(/^[a-z]+$/);
    expect(MEDIA_TYPES).toContain(contentType.split(";")[0]);
    expect(maxBytes).toBeLessThanOrEqual(MOST_IMPORT_BYTES);
  });
});

test.each([
  ["an ending of one format decides", "keys.JSONL", "", "ndjson"],
  ["lines of keys are told whatever the ending", "keys.txt", '\uFEFF{"key": "a"}\n{"key": "b"}\n', "ndjson"],
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
