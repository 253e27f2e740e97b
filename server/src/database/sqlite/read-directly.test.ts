import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestSqlite, type TestDatabase } from "../../../test/support/databases.ts";
import type { Database } from "../open.ts";
import { prepared } from "../prepared.ts";

const select = prepared(
  (store, { key, count }: { key: string; count: number }) =>
    store.selectFrom("rateLimits").select("windowStart").where("key", "=", key).where("count", "=", count),
  { cached: true },
);

const byKey = prepared(
  (store, { key }: { key: string | null }) =>
    store
      .selectFrom("rateLimits")
      .select("windowStart")
      .where("key", "=", key as string),
  { cached: true },
);

describe("cached rows", () => {
  let database: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    database = await openTestSqlite();
    db = database.db;
    await add("a");
  });
  afterEach(() => database.close());

  const add = (key: string) =>
    db.write(async (tx) => {
      await tx.insertInto("rateLimits").values({ key, windowStart: 1, count: 1 }).execute();
    });
  const move = (windowStart: number) => (tx: Pick<Database["read"], "updateTable">) =>
    tx.updateTable("rateLimits").set({ windowStart }).execute();
  const found = () => select(db.read, { key: "a", count: 1 });

  it("are the same as long as nothing wrote what they were read from", async () => {
    const first = await found();
    expect(first).toEqual([{ windowStart: 1 }]);
    expect(await found()).toBe(first);
    expect(Object.isFrozen(first) && Object.isFrozen(first[0])).toBe(true);
    // Another table, and another column of the same rows.
    await db.write((tx) => tx.deleteFrom("idempotencyKeys").execute());
    expect(await found()).toBe(first);
  });

  it("go with a commit of ours, and not before", async () => {
    await found();
    await db.write(async (tx) => {
      await move(2)(tx);
      expect(await found()).toEqual([{ windowStart: 1 }]);
    });
    expect(await found()).toEqual([{ windowStart: 2 }]);
    await move(3)(db.writer);
    expect(await found()).toEqual([{ windowStart: 3 }]);
    await db.write((tx) => tx.deleteFrom("rateLimits").execute());
    expect(await found()).toEqual([]);
    await add("a");
    expect(await found()).toEqual([{ windowStart: 1 }]);
  });

  it("are left out when their texts would fill the cache", async () => {
    const names = prepared(
      (store, { count }: { count: number }) =>
        store.selectFrom("rateLimits").select("key").where("count", "=", count),
      { cached: true },
    );
    const isKept = async () => {
      const first = await names(db.read, { count: 1 });
      return (await names(db.read, { count: 1 })) === first;
    };
    await add("x".repeat(1_000_000));
    expect(await isKept()).toBe(true);
    await add("y".repeat(10_000_000));
    expect(await isKept()).toBe(false);
  });

  it("stay what they were when a write was taken back", async () => {
    await found();
    const failed = db.write(async (tx) => {
      await move(9)(tx);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await found()).toEqual([{ windowStart: 1 }]);
  });

  it("go with a commit of another process, also while a write of ours is open", async () => {
    const other = new DatabaseSync(String(database.url).slice("file:".length));
    for (let start = 2; start < 50; start++) {
      other.exec(`update "rateLimits" set "windowStart" = ${start}`);
      db.catchUp();
      expect(await found()).toEqual([{ windowStart: start }]);
    }
    other.close();
  });

  it("are looked for again by whoever goes on after waiting", async () => {
    await found();
    const other = new DatabaseSync(String(database.url).slice("file:".length));
    other.exec(`update "rateLimits" set "windowStart" = 2`);
    other.close();
    await setImmediate();
    expect(await found()).toEqual([{ windowStart: 2 }]);
  });

  it("are told apart by every value, whatever is in it", async () => {
    await add('a",1');
    expect(await select(db.read, { key: 'a",1', count: 1 })).toEqual([{ windowStart: 1 }]);
    expect(await select(db.read, { key: "a", count: 2 })).toEqual([]);
    expect(await found()).toEqual([{ windowStart: 1 }]);
    await add("[null]");
    expect(await byKey(db.read, { key: "[null]" })).toEqual([{ windowStart: 1 }]);
    expect(await byKey(db.read, { key: null })).toEqual([]);
  });

  it("are not kept for a value that is longer than any of ours", async () => {
    const long = "a".repeat(1000);
    await add(long);
    const first = await byKey(db.read, { key: long });
    expect(first).toEqual([{ windowStart: 1 }]);
    expect(await byKey(db.read, { key: long })).not.toBe(first);
  });
});
