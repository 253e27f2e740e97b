import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { prepared } from "./prepared.ts";

interface Window {
  key: string;
  start: number;
}

const insert = prepared((store, { key, start }: Window) =>
  store.insertInto("rateLimits").values({ key, windowStart: start, count: 1 }).returning("key"),
);
const select = prepared((store, { key }: Pick<Window, "key">) =>
  store.selectFrom("rateLimits").select("windowStart").where("key", "=", key).where("count", "=", 1),
);

describe.each(ENGINES)("a prepared query on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it("takes other values each time, inside and outside of transactions", async () => {
    const { db } = database;
    const added = await db.write(async (tx) => [
      ...(await insert(tx, { key: "a", start: 1 })),
      ...(await insert(tx, { key: "b", start: 2 })),
      ...(await select(tx, { key: "b" })),
    ]);
    expect(added).toEqual([{ key: "a" }, { key: "b" }, { windowStart: 2 }]);
    expect(await select(db.read, { key: "a" })).toEqual([{ windowStart: 1 }]);
    expect(await select(db.read, { key: "c" })).toEqual([]);
  });

  it("is rolled back with its transaction", async () => {
    const { db } = database;
    const failed = db.write(async (tx) => {
      await insert(tx, { key: "d", start: 1 });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await select(db.read, { key: "d" })).toEqual([]);
    // The writing connection itself, where nobody's transaction may be in the way.
    await insert(db.writer, { key: "e", start: 3 });
    expect(await select(db.read, { key: "e" })).toEqual([{ windowStart: 3 }]);
  });

  it("fails once its transaction is over", async () => {
    const { db } = database;
    let late: Promise<unknown> = Promise.resolve();
    await db.write(async (tx) => {
      late = sleep(50).then(() => insert(tx, { key: "late", start: 1 }));
      late.catch(() => {});
    });
    await expect(late).rejects.toThrow("committed");
    expect(await select(db.read, { key: "late" })).toEqual([]);
  });

  it("fails as any other query does", async () => {
    await insert(database.db.writer, { key: "f", start: 1 });
    await expect(insert(database.db.writer, { key: "f", start: 1 })).rejects.toThrow();
  });
});
