import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { openTestSqlite, type TestDatabase } from "../../../test/support/databases.ts";
import type { Transaction } from "../open.ts";

describe("writes that wait together", () => {
  const opened: TestDatabase[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  const open = async () => {
    const database = await openTestSqlite();
    opened.push(database);
    return database.db;
  };
  const add = (key: string) => (tx: Transaction) =>
    tx.insertInto("rateLimits").values({ key, windowStart: 0, count: 1 }).execute();
  const keys = async (db: Awaited<ReturnType<typeof open>>) =>
    (await db.read.selectFrom("rateLimits").select("key").orderBy("key").execute()).map((row) => row.key);

  it("are all there when they are answered, in their order", async () => {
    const db = await open();
    const order: number[] = [];
    const writes = Array.from({ length: 200 }, (_, at) =>
      db.write(async (tx) => {
        order.push(at);
        await add(String(at).padStart(3, "0"))(tx);
        return at;
      }),
    );
    await writes[0];
    expect((await keys(db)).length).toBeGreaterThan(0);
    expect(await Promise.all(writes)).toEqual(order);
    expect(order).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect(await keys(db)).toHaveLength(200);
  });

  it("leave nothing behind when they fail, and harm no other", async () => {
    const db = await open();
    const outcomes = await Promise.allSettled([
      db.write(add("a")),
      db.write(async (tx) => {
        await add("half")(tx);
        throw new Error("no");
      }),
      db.write(add("a")),
      db.write(add("b")),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(await keys(db)).toEqual(["a", "b"]);
  });

  it("fail with those before them when the transaction that they share is gone, and later ones work", async () => {
    const db = await open();
    const outcomes = await Promise.allSettled([
      db.write(add("a")),
      // What SQLite does by itself when the disk is full.
      db.write(async (tx) => {
        await sql`rollback`.execute(tx);
        throw new Error("disk full");
      }),
      db.write(add("b")),
    ]);
    const failed = { status: "rejected", reason: new Error("disk full") };
    expect(outcomes).toEqual([failed, failed, expect.objectContaining({ status: "fulfilled" })]);
    expect(await keys(db)).toEqual(["b"]);
    await db.write(add("c"));
    expect(await keys(db)).toEqual(["b", "c"]);
  });

  it("do not keep the first waiting for the last when each takes long", async () => {
    const db = await open();
    let begun = 0;
    const takeLong = async () => {
      begun++;
      const since = performance.now();
      while (performance.now() - since < 10);
    };
    const writes = Array.from({ length: 20 }, () => db.write(takeLong));
    await writes[0];
    expect(begun).toBeLessThan(20);
    await Promise.all(writes);
    expect(begun).toBe(20);
  });

  it("let others read meanwhile, however long they take", async () => {
    const db = await open();
    let heard = 0;
    const listen = () =>
      setImmediate(() => {
        heard++;
        if (heard < 3) listen();
      });
    await db.write(async (tx) => {
      listen();
      for (let left = 100_000; left > 0 && heard < 3; left--) await add(String(left))(tx);
    });
    expect(heard).toBe(3);
  });

  it("see what those before them wrote", async () => {
    const db = await open();
    const count = (tx: Transaction) => tx.selectFrom("rateLimits").select("key").execute();
    const [, seen] = await Promise.all([db.write(add("a")), db.write(count)]);
    expect(seen).toEqual([{ key: "a" }]);
  });
});
