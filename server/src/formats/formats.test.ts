import { FILE_FORMAT_IDS, type Held } from "@parlance/contract/formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAll, writeAll } from "../../test/support/files.ts";
import { FORMATS, type Format } from "./formats.ts";
import type { FileKey, Row } from "./row.ts";

/** Names that meet each other: below, above, beside, and with empty parts. */
const part = fc.constantFrom("a", "b", "a-b", "a!", "", "__proto__", "ä", "😀", "\ue000", 'q"\\');
const keyName = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const status = fc.constantFrom("draft", "reviewed", "approved");
/** A property test chooses where to cut, so that every kind of place is cut at some time. */
const pieceBytes = fc.integer({ min: 1, max: 64 });

const OPTIONS = { language: "de", namespace: "default" };
const LANGUAGES = { one: ["de"], pair: ["de", "en"], many: ["de", "en", "pt-BR"] };
const NAMESPACES = { one: ["default"], many: ["default", "shop", "Zoo"] };

describe.each(FILE_FORMAT_IDS)("%s", (id) => {
  const format = FORMATS[id];
  const open = () => {
    const isTold = format.languages !== "many";
    return format.openReader({ ...OPTIONS, language: isTold ? OPTIONS.language : null });
  };

  test("what is written is read again, as far as the format holds it", async () => {
    await fc.assert(
      fc.asyncProperty(keysOf(format), pieceBytes, async (keys, bytes) => {
        const file = await writeAll(format, keys);
        // Ours is not the only reader.
        if (format.contentType.startsWith("application/json")) JSON.parse(file);
        const { rows, failure } = readAll(open(), file, bytes);
        expect(failure).toBeNull();
        expect(rows.flatMap(({ problems }) => problems)).toEqual([]);
        expect(heldIn(rows, format)).toEqual(heldOf(keys, format));
      }),
      { numRuns: 300 },
    );
  });

  test("a file is read the same however it is cut, also one that is broken", async () => {
    await fc.assert(
      fc.asyncProperty(brokenFileOf(format), pieceBytes, async (make, bytes) => {
        const file = await make();
        expect(withoutEnds(readAll(open(), file, bytes))).toEqual(withoutEnds(readAll(open(), file)));
      }),
      { numRuns: 300 },
    );
  });

  test("rows are numbered in their order, and end in the file", async () => {
    await fc.assert(
      fc.asyncProperty(brokenFileOf(format), pieceBytes, async (make, bytes) => {
        const file = await make();
        const { rows } = readAll(open(), file, bytes);
        for (const [at, { row, end }] of rows.entries()) {
          expect(row).toBeGreaterThan(rows[at - 1]?.row ?? 0);
          expect(end).toBeGreaterThanOrEqual(rows[at - 1]?.end ?? 0);
          expect(end).toBeLessThanOrEqual(file.length);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Keys in their order, with everything that the product knows of them. */
function keysOf({ languages, namespaces }: Format): fc.Arbitrary<FileKey[]> {
  const value = fc.record({ language: fc.constantFrom(...LANGUAGES[languages]), text, status });
  const key = fc.record({
    namespace: fc.constantFrom(...NAMESPACES[namespaces]),
    name: keyName.filter((name) => name !== ""),
    description: fc.option(text),
    tags: fc.uniqueArray(fc.constantFrom("web", "app", "ü")),
    format: fc.constantFrom("icu" as const, "plain" as const),
    maxLength: fc.option(fc.integer({ min: 1, max: 500 })),
    values: fc.uniqueArray(value, { minLength: 1, selector: ({ language }) => language }),
  });
  const selector = ({ namespace, name }: FileKey) => `${namespace}/${name}`;
  return fc
    .uniqueArray(key, { maxLength: 30, selector })
    .map((keys) =>
      keys.toSorted(
        (one, other) => byCodePoint(one.namespace, other.namespace) || byCodePoint(one.name, other.name),
      ),
    );
}

function byCodePoint(one: string, other: string): number {
  return Buffer.from(one).compare(Buffer.from(other));
}

/** A file as it is written, but broken off somewhere, with some other bytes there. */
function brokenFileOf(format: Format) {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const others = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    text.map((some) => Buffer.from(some)),
  );
  return fc.record({ keys: keysOf(format), at, others }).map((recipe) => async () => {
    const whole = Buffer.from(await writeAll(format, recipe.keys));
    return Buffer.concat([whole.subarray(0, Math.floor(recipe.at * whole.length)), recipe.others]);
  });
}

/** What a format holds of keys, in a form to be compared. */
function heldOf(keys: readonly FileKey[], { holds }: Format) {
  return keys.map(({ namespace, name, values, ...fields }) => ({
    key: { namespace, name },
    fields: Object.fromEntries(
      Object.entries(fields).filter(([field, value]) => holds.includes(field as Held) && value !== null),
    ),
    values: values.map(({ status, ...value }) => ({ ...value, ...(holds.includes("status") && { status }) })),
  }));
}

function heldIn(rows: readonly Row[], { holds }: Format) {
  return rows.map(({ key, fields, values }) => ({
    key,
    fields,
    values: values.map(({ language, text, status }) => ({
      ...{ language, text },
      ...(holds.includes("status") && { status }),
    })),
  }));
}

function withoutEnds({ rows, failure }: ReturnType<typeof readAll>) {
  return { failure, rows: rows.map(({ end: _, ...row }) => row) };
}
