import { expect, it } from "vitest";
import { remembering } from "./remembering.ts";

it("works out each answer once, and forgets rather than to grow", () => {
  const asked: string[] = [];
  const length = remembering((text) => asked.push(text) && (text.length || undefined), 2);
  expect([length("a"), length("a"), length(""), length("")]).toEqual([1, 1, undefined, undefined]);
  expect(asked).toEqual(["a", ""]);
  expect([length("ccc"), length("a")]).toEqual([3, 1]);
  expect(asked).toEqual(["a", "", "ccc", "a"]);
});

it("remembers nothing of what failed", () => {
  let fails = true;
  const once = remembering((text) => {
    if (fails) throw new Error("no");
    return text;
  });
  expect(() => once("a")).toThrow("no");
  fails = false;
  expect(once("a")).toBe("a");
});
