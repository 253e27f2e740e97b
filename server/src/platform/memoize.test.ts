import { expect, it } from "vitest";
import { memoize } from "./memoize.ts";

it("finds each answer once, also an empty one, and drops the least recently used when it is full", () => {
  const found: string[] = [];
  const length = memoize((text) => found.push(text) && (text.length || undefined), 2);
  expect([length("a"), length("a"), length(""), length(""), length("a")]).toEqual([
    1,
    1,
    undefined,
    undefined,
    1,
  ]);
  expect(found).toEqual(["a", ""]);
  length("ccc");
  length("dddd");
  expect([length("ccc"), length("dddd"), length("a")]).toEqual([3, 4, 1]);
  expect(found).toEqual(["a", "", "ccc", "dddd", "a"]);
});

it("caches nothing of what failed", () => {
  let fails = true;
  const once = memoize((text) => {
    if (fails) throw new Error("no");
    return text;
  });
  expect(() => once("a")).toThrow("no");
  fails = false;
  expect(once("a")).toBe("a");
});
