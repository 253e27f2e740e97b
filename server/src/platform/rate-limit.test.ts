import { describe, expect, test } from "vitest";
import { memoryLimiter, Windows } from "./rate-limit.ts";

const NOW = 1_800_000_000_000;
const perMinute = { count: 3, seconds: 60 };
const ofStrangers = { ...perMinute, ofStrangers: true } as const;

describe("a limiter in memory", () => {
  test("lets as many in as the window takes, and starts anew after it", async () => {
    const limiter = memoryLimiter();
    const takes = [];
    for (let time = 0; time < 4; time++) takes.push(await limiter.take("one", perMinute, NOW + time));
    expect(takes.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(takes[3]?.resetSeconds).toBe(60);
    expect((await limiter.take("other", perMinute, NOW)).allowed).toBe(true);
    expect((await limiter.take("one", perMinute, NOW + 60_000)).allowed).toBe(true);
  });

  test("keeps out who was kept out, whatever strangers make up", async () => {
    const limiter = memoryLimiter(100);
    for (let time = 0; time < 4; time++) {
      await limiter.take("blocked", perMinute, NOW);
      await limiter.take("blocked network", ofStrangers, NOW);
    }
    for (let madeUp = 0; madeUp < 1000; madeUp++) await limiter.take(`network ${madeUp}`, ofStrangers, NOW);
    expect((await limiter.take("blocked", perMinute, NOW)).allowed).toBe(false);
    expect((await limiter.take("blocked network", ofStrangers, NOW)).allowed).toBe(false);
    expect((await limiter.take("known", perMinute, NOW)).allowed).toBe(true);
  });

  test("counts hours beside minutes", async () => {
    const limiter = memoryLimiter();
    const perHour = { count: 1, seconds: 3600 };
    const hour = NOW - (NOW % 3_600_000);
    await limiter.take("one", perHour, hour);
    for (let minute = 0; minute < 59; minute++) await limiter.take("one", perMinute, hour + minute * 60_000);
    expect((await limiter.take("one", perHour, hour + 3_599_000)).allowed).toBe(false);
  });
});

describe("when there are too many keys", () => {
  test("strangers beyond them share one window", () => {
    const windows = new Windows(2, "share");
    expect(["a", "b", "c", "d", "a", "e"].map((key) => windows.count(key, perMinute, NOW))).toEqual([
      1, 1, 1, 2, 2, 3,
    ]);
    expect(windows.soFar("nobody yet", perMinute, NOW)).toBe(3);
    expect(windows.soFar("b", perMinute, NOW)).toBe(1);
    expect(windows.count("f", perMinute, NOW + 60_000)).toBe(1);
  });

  test("the oldest is forgotten where keys take a credential", () => {
    const windows = new Windows(2, "drop");
    for (const key of ["a", "b", "c"]) windows.count(key, perMinute, NOW);
    expect(["a", "b", "c"].map((key) => windows.soFar(key, perMinute, NOW))).toEqual([0, 1, 1]);
  });
});
