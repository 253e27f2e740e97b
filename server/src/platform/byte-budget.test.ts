import { expect, it } from "vitest";
import { ByteBudget } from "./byte-budget.ts";

const refused = expect.objectContaining({ code: "temporarily_unavailable" });

it("bounds the bytes of one caller and of all, and gives back what was taken", () => {
  const budget = new ByteBudget({ ofAll: 100, ofOne: 60 });
  const first = budget.open("one");
  first.take(50);
  expect(() => first.take(20)).toThrow(refused);
  expect(() => budget.open("one").take(20)).toThrow(refused);
  const other = budget.open("other");
  other.take(50);
  expect(() => budget.open("third").take(1)).toThrow(refused);
  first.close();
  budget.open("third").take(50);
  // Closing twice gives nothing back twice.
  first.close();
  expect(() => budget.open("one").take(10)).toThrow(refused);
});
