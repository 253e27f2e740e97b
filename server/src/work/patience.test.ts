import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestSqlite, type TestDatabase } from "../../test/support/databases.ts";
import { Patience } from "./patience.ts";
import { Signal } from "./signal.ts";
import { beginToStop } from "./stopping.ts";

describe("a call that waits", () => {
  const woken = new Signal();
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestSqlite();
  });
  afterAll(() => database.close());

  const patience = (waitMs: number, gone?: AbortSignal, limitKey = "token:1") =>
    new Patience({ db: database.db, gone, address: "192.0.2.1", caller: { limitKey } }, waitMs, woken);
  const timed = async (pause: Promise<boolean>) => {
    const begun = performance.now();
    return { again: await pause, after: performance.now() - begun };
  };

  it("looks again every second, until its time is over", async () => {
    const wait = patience(1100);
    const [first, second, third] = [await timed(wait.pause()), await timed(wait.pause()), await wait.pause()];
    expect(first.after).toBeGreaterThan(900);
    expect(second.after).toBeLessThan(500);
    expect([first.again, second.again, third]).toEqual([true, true, false]);
  });

  it("does not wait at all when it is told so", async () => {
    expect(await patience(0).pause()).toBe(false);
  });

  it("looks again at once when something happened in this process", async () => {
    const pause = timed(patience(20_000).pause());
    woken.raise(database.db);
    expect(await pause).toMatchObject({ again: true });
    expect((await pause).after).toBeLessThan(500);
  });

  it("ends when its client goes away, or has gone", async () => {
    const client = new AbortController();
    const pause = timed(patience(20_000, client.signal).pause());
    client.abort();
    expect(await pause).toMatchObject({ again: false });
    expect((await pause).after).toBeLessThan(500);
    expect(await patience(20_000, client.signal).pause()).toBe(false);
  });

  it("ends at once where two hundred others wait in this process", async () => {
    const clients = new AbortController();
    const others = Array.from({ length: 200 }, (_, index) =>
      patience(20_000, clients.signal, `token:${index % 10}`).pause(),
    );
    expect(await patience(20_000, undefined, "token:11").pause()).toBe(false);
    clients.abort();
    expect(await Promise.all(others)).toEqual(Array(200).fill(false));
    expect(await patience(20).pause()).toBe(true);
  });

  it("ends at once where twenty others of the caller wait, and nobody else's does", async () => {
    const clients = new AbortController();
    const others = Array.from({ length: 20 }, () => patience(20_000, clients.signal).pause());
    expect(await patience(20_000).pause()).toBe(false);
    expect(await patience(20, undefined, "token:2").pause()).toBe(true);
    clients.abort();
    await Promise.all(others);
    expect(await patience(20).pause()).toBe(true);
  });

  it("ends when the process is told to stop", async () => {
    const pause = timed(patience(20_000).pause());
    beginToStop(database.db);
    expect(await pause).toMatchObject({ again: false });
    expect((await pause).after).toBeLessThan(500);
  });
});
