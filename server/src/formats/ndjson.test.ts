import { describe, expect, test } from "vitest";
import { readAll, shortened, writeAll } from "../../test/support/files.ts";
import { FORMATS } from "./formats.ts";
import type { FileKey } from "./row.ts";

const open = () => FORMATS.ndjson.openReader({ language: null, namespace: "default" });

describe("reading NDJSON", () => {
  test("a line holds a key with its fields and texts", () => {
    const line = { key: "a", tags: ["x"], values: { en: "1", de: { text: "2", status: "draft" } } };
    const { rows } = readAll(open(), `\ufeff${JSON.stringify(line)}\r\n\n{"key":"b"}`, 5);
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
    const { rows } = readAll(open(), `${line}\n{"key":"next"}\n`);
    expect(rows).toHaveLength(2);
    expect(rows[0]?.problems[0]?.code).toBe(code);
    expect(rows[1]).toMatchObject({ row: 2, key: { name: "next" }, problems: [] });
  });

  test("a line that is not UTF-8 is a problem", () => {
    const file = Buffer.concat([Buffer.from([0x22, 0xff, 0x0a]), Buffer.from('{"key":"a"}')]);
    const { rows } = readAll(open(), file);
    expect(rows.map((row) => row.problems[0]?.code)).toEqual(["invalid_utf8", undefined]);
  });
});

describe("a line that means harm", () => {
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
    const [row] = readAll(open(), JSON.stringify(line)).rows;
    expect(row?.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(row).length).toBeLessThan(5000);
  });
});

test("very long texts of a key are written in several lines", async () => {
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
  const { rows } = readAll(open(), await writeAll(FORMATS.ndjson, [key]));
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.flatMap((row) => row.problems)).toEqual([]);
  expect(rows.flatMap((row) => row.values)).toMatchObject(values);
  expect(rows[0]).toMatchObject({
    key: { namespace: "shop", name: "a.b" },
    fields: { description: "why", tags: ["x"], format: "plain", maxLength: 7 },
  });
});
