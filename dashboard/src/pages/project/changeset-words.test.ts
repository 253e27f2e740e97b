import { expect, it } from "vitest";
import { amountOf, fieldChanges } from "./changeset-words.ts";

it("says how much a changeset changed", () => {
  expect(amountOf({ keyCount: 1, valueCount: 40 })).toBe("1 key and 40 texts");
  expect(amountOf({ keyCount: 0, valueCount: 1 })).toBe("1 text");
  expect(amountOf({ keyCount: 0, valueCount: 0 })).toBe("Nothing");
});

it("says what became of a key, old and new", () => {
  const keyBefore = { name: "cart.title", tags: ["a", "b"], maxLength: null };
  const keyAfter = { name: "cart.heading", tags: [], maxLength: 40 };
  expect(fieldChanges({ keyBefore, keyAfter })).toEqual([
    { field: "Name", before: "cart.title", after: "cart.heading" },
    { field: "Tags", before: "a, b", after: "nothing" },
    { field: "Maximum length", before: "nothing", after: "40" },
  ]);
  expect(fieldChanges({ keyBefore: null, keyAfter: null })).toEqual([]);
});
