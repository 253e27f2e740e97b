import { describe, expect, test } from "vitest";
import { readAll, shortened, textsOf, writeAll } from "../../test/support/files.ts";
import { FORMATS } from "./formats.ts";
import type { FileKey } from "./row.ts";

const options = { language: "en", namespace: "default" };
const nested = () => FORMATS.json_nested.openReader(options);

describe("reading JSON", () => {
  test("names of nested objects are joined with dots, and may hold dots themselves", () => {
    const { rows, failure } = readAll(nested(), '{"a":{"b":"1","c.d":"2"},"e":"3","f":{}}');
    expect(failure).toBeNull();
    expect(textsOf(rows)).toEqual([
      ["default/a.b", "1"],
      ["default/a.c.d", "2"],
      ["default/e", "3"],
    ]);
  });

  test("namespaces stand above, and translations means default", () => {
    const reader = FORMATS.json_namespaces.openReader(options);
    const { rows } = readAll(reader, '{"translations":{"a":"1"},"shop":{"b":{"c":"2"}},"x":"3"}');
    expect(textsOf(rows.slice(0, 2))).toEqual([
      ["default/a", "1"],
      ["shop/b.c", "2"],
    ]);
    expect(rows[2]?.problems).toMatchObject([{ pointer: "/x", code: "not_an_object" }]);
  });

  test.each([
    ["a number", '{"a":1,"b":"x"}', "a number"],
    ["null", '{"a":null,"b":"x"}', "null"],
    ["a list, whatever it holds", '{"a":["1",{"c":"2"},[]],"b":"x"}', "a list"],
  ])("%s is a problem of its row, and the next row is read", (_, file, found) => {
    const { rows, failure } = readAll(nested(), file);
    expect(failure).toBeNull();
    expect(rows[0]).toMatchObject({ row: 1, problems: [{ pointer: "/a", code: "not_a_text", found }] });
    expect(textsOf(rows.slice(1))).toEqual([["default/b", "x"]]);
  });

  test("an object is no text in a flat file", () => {
    const { rows } = readAll(FORMATS.json_flat.openReader(options), '{"a":{"b":{"c":"1"}},"d":"2"}');
    expect(rows.map((row) => row.problems[0]?.code)).toEqual(["not_a_text", undefined]);
  });

  test.each(
    [
      ["", "truncated"],
      ["{", "truncated"],
      ['{"a":"b', "truncated"],
      ['{"a":"b"', "truncated"],
      ['{"a":"b\\', "truncated"],
      ["[]", "wrong_type"],
      ['"text"', "wrong_type"],
      ["7", "wrong_type"],
      ["null", "wrong_type"],
      ['{"a":"b"}x', "invalid_json"],
      ['{"a":"b"} {"c":"d"}', "invalid_json"],
      ['{"a":"b",}', "invalid_json"],
      ['{"a" "b"}', "invalid_json"],
      ['{"a":["x",]}', "invalid_json"],
      ['{"a":["x"}', "invalid_json"],
      ["{'a':'b'}", "invalid_json"],
      ['{"a":"line\nfeed"}', "invalid_json"],
      ['{"a":"\u0000"}', "invalid_json"],
      ['{"a":"\\x"}', "invalid_json"],
      ['{"a":NaN}', "invalid_json"],
      ["{1:2}", "invalid_json"],
      [`{"a":${'{"a":'.repeat(100_000)}`, "too_deep"],
      [`{"a":${"[".repeat(100_000)}`, "too_deep"],
      [`{"a":"${"x".repeat(1 << 21)}"}`, "too_long"],
    ].map(shortened),
  )("%s fails as %s, however it is cut", (_, code, file) => {
    for (const pieceBytes of [1 << 18, 7]) {
      if (file.length > 100_000 && pieceBytes === 7) continue;
      expect(readAll(nested(), file, pieceBytes).failure?.code).toBe(code);
    }
  });

  test("what stands before a failure is read, and the place is told", () => {
    const { rows, failure } = readAll(nested(), '{"a":"1","b":"2" "c"}');
    expect(rows).toHaveLength(2);
    expect(failure).toMatchObject({ row: 3, offset: 17 });
  });

  test.each([
    ["in the middle", [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d], 6],
    ["a character that is too long for what it says", [0x7b, 0x22, 0xc0, 0x80, 0x22], 2],
    ["half a pair", [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22], 2],
  ])("bytes that are not UTF-8: %s", (_, bytes, offset) => {
    for (const pieceBytes of [1 << 18, 1]) {
      const { failure } = readAll(nested(), new Uint8Array(bytes), pieceBytes);
      expect(failure).toMatchObject({ code: "invalid_utf8", offset });
    }
  });

  test("a mark at the start, characters of every length and half a pair come through in single bytes", () => {
    const texts = { a: "é€😀", b: "\ud800", c: 'quote " and \\', __proto__x: "p" };
    const { rows, failure } = readAll(nested(), `\ufeff${JSON.stringify(texts)}`, 1);
    expect(failure).toBeNull();
    expect(rows.map((row) => row.values[0]?.text)).toEqual(Object.values(texts));
  });

  test("a name that objects treat otherwise is a name as any", () => {
    const { rows } = readAll(nested(), '{"__proto__":{"x":"1"},"constructor":"2","a":"3","a":"4"}');
    expect(textsOf(rows)).toEqual([
      ["default/__proto__.x", "1"],
      ["default/constructor", "2"],
      ["default/a", "3"],
      ["default/a", "4"],
    ]);
  });
});

describe("a file that means harm", () => {
  const longName = "n".repeat(100_000);
  const small = '"":0,'.repeat(5000);

  test.each([
    ["one long name", `{"${longName}":{${small}"x":"1"}}`],
    ["many names", `${`{"${"n".repeat(90)}":`.repeat(290)}{${small}"x":"1"}${"}".repeat(290)}`],
    [
      "many names that are escaped",
      `${`{"${"/".repeat(500)}":`.repeat(290)}{${small}"x":"1"}${"}".repeat(290)}`,
    ],
  ])("does not have %s repeated with each text below", (_, file) => {
    const { rows, failure } = readAll(nested(), file);
    expect(failure).toBeNull();
    expect(rows).toHaveLength(5001);
    expect(rows.at(-1)).toMatchObject({ values: [], problems: [{ code: "invalid_key" }] });
    for (const row of [rows[0], rows.at(-1)]) expect(JSON.stringify(row).length).toBeLessThan(5000);
  });

  test("has a name that is as long as names may be read whole, and told with a whole pointer", () => {
    const parts = [..."/~a".repeat(85)].map((name) => `{"${name}":`);
    const { rows } = readAll(nested(), `${parts.join("")}{"bc":"1"}${"}".repeat(255)}`);
    expect(rows[0]?.problems).toEqual([]);
    expect(rows[0]?.key?.name).toHaveLength(512);
    expect(rows[0]?.values[0]?.pointer).toMatch(/^\/~1\/~0\/a.*\/bc$/);
  });
});

test("nested files hold no name twice in one object", async () => {
  const names = ["a", "a-b", "a.b", "a.b.c", "b.c", "b.c.d", "b.d"];
  const keys = names.map((name): FileKey => {
    const values = [{ language: "en", text: name, status: "approved" as const }];
    return {
      namespace: "default",
      name,
      description: null,
      tags: [],
      format: "icu",
      maxLength: null,
      values,
    };
  });
  expect(JSON.parse(await writeAll(FORMATS.json_nested, keys))).toEqual({
    a: "a",
    "a-b": "a-b",
    "a.b": "a.b",
    "a.b.c": "a.b.c",
    b: { c: "b.c", "c.d": "b.c.d", d: "b.d" },
  });
});

test("a file of one language is not read without it", () => {
  expect(() => FORMATS.json_flat.openReader({ ...options, language: null })).toThrow(/without its language/);
});
