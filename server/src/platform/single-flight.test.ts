import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { singleFlight } from "./single-flight.ts";

test("who asks for the same at the same moment shares one run, and its failure", async () => {
  const alone = singleFlight(1000);
  let runs = 0;
  const run = async () => {
    await wait(5);
    if (++runs === 2) throw new Error("no");
    return runs;
  };
  expect(await Promise.all([alone("a", run), alone("a", run), alone("a", run)])).toEqual([1, 1, 1]);
  const failed = await Promise.allSettled([alone("a", run), alone("a", run)]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await alone("a", run)).toBe(3);
  expect(await Promise.all([alone("a", run), alone("b", run)])).toEqual([4, 5]);
});

test("a run that never answers fails at its deadline, and the next one begins anew", async () => {
  const alone = singleFlight(20);
  const silent = () => new Promise<never>(() => {});
  const waiting = await Promise.allSettled([alone("a", silent), alone("a", silent)]);
  expect(waiting.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await alone("a", async () => "anew")).toBe("anew");
});
