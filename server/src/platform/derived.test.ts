import { expect, it, vi } from "vitest";
import { derived } from "./derived.ts";

it("works once for the same frozen objects, and each time for others", () => {
  const work = vi.fn((one: { n: number }, other: { n: number }) => ({ sum: one.n + other.n }));
  const sum = derived(work);
  const [a, b, c] = [1, 2, 3].map((n) => Object.freeze({ n })) as [
    { n: number },
    { n: number },
    { n: number },
  ];
  expect(sum(a, b)).toEqual({ sum: 3 });
  expect(sum(a, b)).toBe(sum(a, b));
  expect(work).toHaveBeenCalledTimes(1);
  expect(sum(a, c)).toEqual({ sum: 4 });
  expect(sum(b, a)).toEqual({ sum: 3 });
  const loose = { n: 1 };
  expect(sum(a, loose)).toEqual({ sum: 2 });
  loose.n = 5;
  expect(sum(a, loose)).toEqual({ sum: 6 });
});
