import { expect, it } from "vitest";
import { perOwner } from "./per-owner.ts";

it("gives each owner one value, and no two owners the same", () => {
  const listOf = perOwner((): string[] => []);
  const [one, other] = [{}, {}];
  listOf(one).push("a");
  expect(listOf(one)).toEqual(["a"]);
  expect(listOf(other)).toEqual([]);
});
