import { describe, expect, test } from "vitest";
import { ApiError } from "../platform/api-error.ts";
import { Guesses, type Verdict } from "./guesses.ts";

const NOW = 1_700_000_000_000;
const ACCOUNT = "ada@example.com";

/** Sign-in whose waits take no time; `waited` tells how long each guess would have waited, in milliseconds. */
function setUp() {
  let time = 0;
  let pauses = 0;
  const guesses = new Guesses({
    now: () => time,
    async pause(milliseconds) {
      pauses += milliseconds;
      time += milliseconds;
    },
  });
  async function guess(verdict: Verdict, address: string, { account = ACCOUNT, now = NOW } = {}) {
    const before = pauses;
    const status = await guesses
      .admit({ account, address, now }, async () => ({ verdict, answer: verdict === "wrong" ? 401 : 200 }))
      .catch((error: unknown) => (error instanceof ApiError ? error.status : Promise.reject(error)));
    return { status, waited: pauses - before };
  }
  return { guesses, guess };
}

describe("guessing passwords", () => {
  test("right ones are not counted, however many", async () => {
    const { guess } = setUp();
    for (let left = 200; left > 0; left--) {
      expect(await guess("right", "192.0.2.1")).toEqual({ status: 200, waited: 0 });
    }
  });

  test("right ones at once are let in too", async () => {
    const { guess } = setUp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess("right", "192.0.2.1")));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  test.each([
    ["one after another", false],
    ["at once", true],
  ])("ten wrong ones of one network for one account are enough, %s", async (_, atOnce) => {
    const { guess } = setUp();
    const statuses: number[] = [];
    const one = async () => statuses.push((await guess("wrong", "192.0.2.1")).status);
    if (atOnce) await Promise.all(Array.from({ length: 14 }, one));
    else for (let left = 14; left > 0; left--) await one();
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
    // Neither another network nor another account there is touched.
    expect(await guess("right", "192.0.2.2")).toMatchObject({ status: 200 });
    expect(await guess("right", "192.0.2.1", { account: "bea@example.com" })).toMatchObject({ status: 200 });
  });

  test("the window ends by the clock, and not only after silence", async () => {
    const { guess } = setUp();
    const begin = NOW - (NOW % 60_000);
    for (let at = 0; at < 12; at++) await guess("wrong", "192.0.2.1", { now: begin + at * 4_000 });
    expect((await guess("right", "192.0.2.1", { now: begin + 59_999 })).status).toBe(429);
    expect((await guess("right", "192.0.2.1", { now: begin + 60_000 })).status).toBe(200);
  });

  test("one wrong one every 48 seconds is never refused", async () => {
    const { guess } = setUp();
    for (let at = 0; at < 60; at++) {
      expect((await guess("wrong", "192.0.2.1", { now: NOW + at * 48_000 })).status).toBe(401);
    }
  });

  test("sixty from sixty addresses for one account are slowed, whether it exists or not", async () => {
    for (const account of [ACCOUNT, "nobody@example.com"]) {
      const { guess } = setUp();
      const waits: number[] = [];
      for (let at = 1; at <= 60; at++) {
        const { status, waited } = await guess("wrong", `198.51.100.${at}`, { account });
        expect(status).toBe(401);
        waits.push(waited);
      }
      expect(waits.slice(0, 10)).toEqual(Array(10).fill(0));
      expect(waits.at(-1)).toBe(600);
      expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(15_000);
      // Of other accounts nobody waits.
      expect(await guess("right", "203.0.113.9", { account: "bea@example.com" })).toMatchObject({
        waited: 0,
      });
    }
  });

  test("the right password is let in all the same: at once where it was right before, else after a wait", async () => {
    const { guess } = setUp();
    await guess("right", "203.0.113.1");
    for (let at = 1; at <= 60; at++) await guess("wrong", `198.51.100.${at}`);
    expect(await guess("right", "203.0.113.1")).toEqual({ status: 200, waited: 0 });
    const elsewhere = await guess("right", "203.0.113.2");
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.waited).toBeGreaterThan(0);
    expect(elsewhere.waited).toBeLessThan(10_000);
  });

  test("one network that tries many accounts is slowed, and who was let in there before is not", async () => {
    const { guess } = setUp();
    await guess("right", "192.0.2.1");
    const waits: number[] = [];
    for (let at = 0; at < 40; at++) {
      waits.push((await guess("wrong", "192.0.2.1", { account: `p${at}@example.com` })).waited);
    }
    expect(waits.slice(0, 30)).toEqual(Array(30).fill(0));
    expect(waits.at(-1)).toBeGreaterThan(300);
    expect(await guess("right", "192.0.2.1")).toEqual({ status: 200, waited: 0 });
  });

  test("no more wait than there is room for, and none longer than ten seconds", async () => {
    const releases: (() => void)[] = [];
    const waits: number[] = [];
    const guesses = new Guesses({
      now: () => 0,
      pause(milliseconds) {
        waits.push(milliseconds);
        return new Promise((resolve) => void releases.push(resolve));
      },
    });
    const wrong = (address: string) =>
      guesses.admit({ account: ACCOUNT, address, now: NOW }, async () => ({ verdict: "wrong", answer: 401 }));
    const answers = Array.from({ length: 100 }, (_, at) =>
      wrong(`198.51.100.${at}`).catch((error: ApiError) => error.status),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(waits).toHaveLength(60);
    expect(Math.max(...waits)).toBe(10_000);
    for (const release of releases) release();
    const statuses = await Promise.all(answers);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  test("a check that failed is no guess", async () => {
    const { guesses, guess } = setUp();
    const broken = { account: ACCOUNT, address: "192.0.2.1", now: NOW };
    for (let left = 40; left > 0; left--) {
      await expect(guesses.admit(broken, () => Promise.reject(new Error("the database")))).rejects.toThrow();
    }
    expect(await guess("right", "192.0.2.1")).toEqual({ status: 200, waited: 0 });
  });
});
