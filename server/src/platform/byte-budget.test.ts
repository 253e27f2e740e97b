import { afterEach, expect, it, vi } from "vitest";
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

afterEach(() => vi.useRealTimers());

it("gives the place of bodies that come slowly to others, when they need it and when that is enough", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const budget = new ByteBudget({ ofAll: 100, ofOne: 60 });
  const [slow, quick, read] = [budget.open("slow"), budget.open("quick"), budget.open("read")];
  for (const account of [slow, quick, read]) account.take(30);
  for await (const piece of read.watch(sent(1, "ends"))) expect(piece).toHaveLength(PIECE);
  const [first, second] = [
    slow.watch(sent(1))[Symbol.asyncIterator](),
    quick.watch(sent(3))[Symbol.asyncIterator](),
  ];
  await Promise.all([first.next(), second.next()]);
  const never = first.next();

  vi.advanceTimersByTime(4_999);
  expect(() => budget.open("other").take(20)).toThrow(refused);
  await second.next();
  vi.advanceTimersByTime(1);
  expect(() => budget.open("other").take(50)).toThrow(refused);
  budget.open("other").take(40);
  await expect(never).rejects.toEqual(refused);
  expect((await second.next()).value).toHaveLength(PIECE);
  // What was given back once is not given back again.
  slow.close();
  expect(() => budget.open("third").take(1)).toThrow(refused);
});

const PIECE = 400_000;

/** So many pieces, and then nothing for ever unless it ends. */
async function* sent(pieces: number, ends: "ends" | "hangs" = "hangs") {
  for (let left = pieces; left > 0; left--) yield new Uint8Array(PIECE);
  if (ends === "hangs") await new Promise(() => {});
}
