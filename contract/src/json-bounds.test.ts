import { describe, expect, test } from "vitest";
import { beyondJsonBounds } from "./json-bounds.ts";

describe("a text that is to be parsed as JSON", () => {
  test.each([
    ["a hundred lists in each other", `${"[".repeat(100)}${"]".repeat(100)}`],
    ["many lists beside each other", `[${"[],".repeat(100_000)}[]]`],
    ["brackets and commas in a text", JSON.stringify({ a: "[{,".repeat(200_000) })],
    ["a text with quotes and backslashes", JSON.stringify({ a: '\\"[\\'.repeat(1000), b: "\\" })],
    ["no JSON", '{"a'],
    ["nothing", ""],
  ])("may be: %s", (_, text) => {
    expect(beyondJsonBounds(text)).toBeNull();
  });

  test.each([
    ["lists in each other", "[".repeat(101), "too_deep"],
    ["objects in each other", '{"a":'.repeat(101), "too_deep"],
    ["behind a text with a quote", `["\\"",${"[".repeat(100)}`, "too_deep"],
    ["too many values", `[${"1,".repeat(300_000)}1]`, "too_many"],
    ["too many objects", `[${"{},".repeat(200_000)}1]`, "too_many"],
  ])("may not be: %s", (_, text, reason) => {
    expect(beyondJsonBounds(text)).toBe(reason);
  });
});
