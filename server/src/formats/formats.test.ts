import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonReader } from "./read-json.ts";
import { NdjsonReader } from "./read-ndjson.ts";
import type { FileReader, Row } from "./row.ts";
import { type FileKey, JsonWriter, NdjsonWriter } from "./write.ts";

const place = { language: "en", namespace: "default" };
const nested = () => new JsonReader("json_nested", place);
const flat = () => new JsonReader("json_flat", place);

function readAll(reader: FileReader, file: string | Uint8Array, pieceBytes = 1 << 18) {
  const bytes = Buffer.from(file as string);
  const rows: Row[] = [];
  for (let start = 0; start < bytes.length && !reader.failure; start += pieceBytes) {
    rows.push(...reader.read(bytes.subarray(start, start + pieceBytes)));
  }
  if (!reader.failure) rows.push(...reader.end());
  return { rows, failure: reader.failure };
}

const textsOf = (rows: Row[]) =>
  rows.map(({ key, values }) => [`${key?.namespace}/${key?.name}`, values[0]?.text]);

/** A hostile file and what is said of it, with a name for the test that can be read. */
function shortened([file = "", code = ""]: string[]): [string, string, string] {
  return [file.slice(0, 30), code, file];
}

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
    const reader = new JsonReader("json_namespaces", place);
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
    const { rows } = readAll(flat(), '{"a":{"b":{"c":"1"}},"d":"2"}');
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

  test.each([
    ["a field with a long name", { key: "a", ["x".repeat(1_000_000)]: 1 }],
    [
      "many fields",
      { key: "a", ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`x${i}`, 1])) },
    ],
    [
      "many texts",
      { key: "a", values: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, 1])) },
    ],
    ["a long list", { key: "a", tags: Array.from({ length: 100_000 }, () => 0) }],
  ])("is not repeated in what is said of a line with %s", (_, line) => {
    const [row] = readAll(new NdjsonReader(), JSON.stringify(line)).rows;
    expect(row?.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(row).length).toBeLessThan(5000);
  });
});

describe("reading NDJSON", () => {
  test("a line holds a key with its fields and texts", () => {
    const line = { key: "a", tags: ["x"], values: { en: "1", de: { text: "2", status: "draft" } } };
    const { rows } = readAll(new NdjsonReader(), `\ufeff${JSON.stringify(line)}\r\n\n{"key":"b"}`, 5);
    expect(rows).toMatchObject([
      {
        row: 1,
        key: { namespace: "default", name: "a" },
        fields: { tags: ["x"] },
        values: [
          { language: "en", text: "1", pointer: "/values/en" },
          { language: "de", text: "2", status: "draft" },
        ],
        problems: [],
      },
      { row: 3, key: { name: "b" }, values: [], problems: [] },
    ]);
  });

  test.each(
    [
      ["{", "invalid_json"],
      ["[]", "wrong_type"],
      ["1", "wrong_type"],
      ['{"values":{}}', "invalid_field"],
      ['{"key":"a","x":1}', "unknown_field"],
      ['{"key":"a","__proto__":1}', "unknown_field"],
      ['{"key":"a","values":{"__proto__":"x"}}', "invalid_language"],
      ['{"key":"a","values":{"e":"x"}}', "invalid_field"],
      ['{"key":"a","values":{"en":7}}', "invalid_field"],
      [`{"key":"${"k".repeat(513)}"}`, "too_long"],
      [`{"key":"a","values":{"en":"${"x".repeat(5 << 20)}"}}`, "too_long"],
      ["[".repeat(3 << 20), "invalid_json"],
    ].map(shortened),
  )("%s is a problem (%s), and the next line is read", (_, code, line) => {
    const { rows } = readAll(new NdjsonReader(), `${line}\n{"key":"next"}\n`);
    expect(rows).toHaveLength(2);
    expect(rows[0]?.problems[0]?.code).toBe(code);
    expect(rows[1]).toMatchObject({ row: 2, key: { name: "next" }, problems: [] });
  });

  test("a line that is not UTF-8 is a problem", () => {
    const file = Buffer.concat([Buffer.from([0x22, 0xff, 0x0a]), Buffer.from('{"key":"a"}')]);
    const { rows } = readAll(new NdjsonReader(), file);
    expect(rows.map((row) => row.problems[0]?.code)).toEqual(["invalid_utf8", undefined]);
  });
});

/** Names that meet each other: below, above, beside, and with empty parts. */
const part = fc.constantFrom("a", "b", "a-b", "a!", "", "__proto__", "ä", "😀", "\ue000", 'q"\\');
const keyNames = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const anyText = fc.string({ unit: "grapheme", maxLength: 20 });
const files = fc
  .dictionary(
    keyNames.filter((name) => name !== ""),
    anyText,
    { maxKeys: 30 },
  )
  .map((texts) =>
    Object.entries(texts).toSorted(([one], [other]) => Buffer.from(one).compare(Buffer.from(other))),
  );

function keyOf(namespace: string, name: string, text: string): FileKey {
  const values = [{ language: "en", text, status: "approved" as const }];
  return { namespace, name, description: null, tags: [], format: "icu", maxLength: null, values };
}

describe("what is written is read again", () => {
  test.each(["json_flat", "json_nested", "json_namespaces"] as const)("%s", (kind) => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 64 }), (texts, pieceBytes) => {
        const namespaces = kind === "json_namespaces" ? ["default", "shop"] : ["default"];
        const writer = new JsonWriter(kind);
        const written = namespaces.flatMap((namespace) =>
          texts.map(([name, text]) => writer.write(keyOf(namespace, name, text))),
        );
        const file = written.join("") + writer.end();
        JSON.parse(file);
        const { rows, failure } = readAll(new JsonReader(kind, place), file, pieceBytes);
        expect(failure).toBeNull();
        const all = namespaces.flatMap((ns) => texts.map(([name, text]) => [`${ns}/${name}`, text]));
        expect(textsOf(rows)).toEqual(all);
      }),
      { numRuns: 300 },
    );
  });

  test("nested files hold no name twice in one object", () => {
    const names = ["a", "a-b", "a.b", "a.b.c", "b.c", "b.c.d", "b.d"];
    const writer = new JsonWriter("json_nested");
    const file = names.map((name) => writer.write(keyOf("default", name, name))).join("") + writer.end();
    expect(JSON.parse(file)).toEqual({
      a: "a",
      "a-b": "a-b",
      "a.b": "a.b",
      "a.b.c": "a.b.c",
      b: { c: "b.c", "c.d": "b.c.d", d: "b.d" },
    });
  });

  test("ndjson, with everything that a key has, and very long texts in several lines", () => {
    const values = Array.from({ length: 30 }, (_, index) => ({
      language: `x-${String(index).padStart(2, "0")}`,
      text: "\u0001".repeat(60_000),
      status: "draft" as const,
    }));
    const key: FileKey = {
      namespace: "shop",
      name: "a.b",
      description: "why",
      tags: ["x"],
      format: "plain",
      maxLength: 7,
      values,
    };
    const { rows } = readAll(new NdjsonReader(), new NdjsonWriter().write(key));
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.flatMap((row) => row.problems)).toEqual([]);
    expect(rows.flatMap((row) => row.values)).toMatchObject(values);
    expect(rows[0]).toMatchObject({
      key: { namespace: "shop", name: "a.b" },
      fields: { description: "why", tags: ["x"], format: "plain", maxLength: 7 },
    });
  });
});
