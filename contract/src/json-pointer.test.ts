import { expect, test } from "vitest";
import { pointerStep, pointerTo } from "./json-pointer.ts";

// RFC 6901 §5
test.each([
  [[], ""],
  [["foo", 0], "/foo/0"],
  [[""], "/"],
  [["a/b"], "/a~1b"],
  [["m~n"], "/m~0n"],
  [["~1"], "/~01"],
  [[" "], "/ "],
  [["values", "a/b~c"], "/values/a~1b~0c"],
])("the pointer to %j is %j", (path, pointer) => {
  expect(pointerTo(path)).toBe(pointer);
});

test("a pointer holds neither NUL nor half a character, and has an end", () => {
  expect(pointerTo(["a\0b", "\ud800"])).toBe("/a\ufffdb/\ufffd");
  expect(pointerTo([`${"x".repeat(99)}😀`])).toBe(`/${"x".repeat(99)}\ufffd`);
  expect(pointerTo(Array(10_000).fill("deep")).length).toBeLessThan(1300);
});

test("a step by itself keeps its name whole", () => {
  expect(pointerStep("x".repeat(500))).toHaveLength(501);
});
