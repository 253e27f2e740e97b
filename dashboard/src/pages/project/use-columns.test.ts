import { expect, it } from "vitest";
import { fitting, inSight } from "./use-columns.ts";

it("shows as many languages as fit beside key and source text, one at least and six at most", () => {
  const cases = [
    [320, 1],
    [968, 2],
    [1128, 3],
    [1608, 5],
    [9000, 6],
  ] as const;
  expect(cases.map(([width]) => fitting(width))).toEqual(cases.map(([, count]) => count));
});

it("moves no further than it must to bring a language into sight", () => {
  expect(inSight(2, 3, 3)).toBe(2);
  expect(inSight(2, 3, 0)).toBe(0);
  expect(inSight(2, 3, 9)).toBe(7);
});
