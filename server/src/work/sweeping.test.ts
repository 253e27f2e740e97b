import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { sweepAnswers } from "../access/sweep.ts";
import type { Transaction } from "../context.ts";
import { sweeping } from "./sweeping.ts";

const NEVER = () => false;

describe.each(ENGINES)("a sweep on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const count = async () => (await ctx.db.read.selectFrom("idempotencyKeys").select("key").execute()).length;

  async function addAnswers(rows: number, expiresAt: number): Promise<void> {
    const answer = {
      ...{ operation: "o", bodyHash: "", body: "", claimId: null, claimedUntil: null },
      ...{ createdAt: 0, expiresAt },
    };
    const values = Array.from({ length: rows }, (_, index) => ({
      ...answer,
      caller: `c${index % 7}`,
      key: `${expiresAt} ${index}`,
    }));
    await ctx.db.write((tx) => tx.insertInto("idempotencyKeys").values(values).execute());
  }

  it("deletes several budgets in one round, lets others in between, and keeps what is young", async () => {
    await addAnswers(95, ctx.clock.now() - 1);
    await addAnswers(5, ctx.clock.now() + 1);
    const log: string[] = [];
    let callers = Promise.resolve();
    const worker = sweeping({
      name: "answers",
      budget: 10,
      async sweep(tx, now, budget) {
        log.push("sweep");
        // Somebody comes while the sweep holds the database, and is served before it goes on.
        callers = callers.then(() => ctx.db.write(async () => void log.push("caller")));
        return sweepAnswers(tx, now, budget);
      },
    });
    expect(await worker.step(ctx, NEVER)).toBe(false);
    await callers;
    expect(await count()).toBe(5);
    // On Postgres they do not wait for each other at all.
    const inTurn = Array.from({ length: 10 }, () => ["sweep", "caller"]).flat();
    expect(ctx.db.engine === "sqlite" ? log : log.toSorted()).toEqual(
      ctx.db.engine === "sqlite" ? inTurn : inTurn.toSorted(),
    );
    await ctx.db.write((tx) => tx.deleteFrom("idempotencyKeys").execute());
  });

  it("ends after the transaction in which it is told to stop", async () => {
    await addAnswers(30, ctx.clock.now() - 1);
    await sweeping({ name: "answers", budget: 10, sweep: sweepAnswers }).step(ctx, () => true);
    expect(await count()).toBe(20);
    await ctx.db.write((tx) => tx.deleteFrom("idempotencyKeys").execute());
  });

  it("does not end before its time because one part was smaller than a budget", async () => {
    const parts = [3, 10, 1, 0, 5];
    const sweep = async () => parts.shift() ?? 0;
    await sweeping({ name: "parts", budget: 10, inParts: true, sweep }).step(ctx, NEVER);
    expect(parts).toEqual([5]);
    await sweeping({ name: "parts", budget: 10, sweep }).step(ctx, NEVER);
    expect(parts).toEqual([]);
  });

  it("of one kind runs on one node at a time", async () => {
    await addAnswers(100, ctx.clock.now() - 1);
    let [open, most] = [0, 0];
    const sweep = async (tx: Transaction, now: number, budget: number) => {
      // The lock is there when a statement behind it has run.
      await sql`select 1`.execute(tx);
      most = Math.max(most, ++open);
      const deleted = await sweepAnswers(tx, now, budget);
      open--;
      return deleted;
    };
    const nodes = Array.from({ length: 4 }, () => sweeping({ name: "answers", budget: 10, sweep }));
    await Promise.all(nodes.map((node) => node.step(ctx, NEVER)));
    expect(most).toBe(1);
    expect(await count()).toBe(0);
  });
});

describe("a sweep that has more to do than time", () => {
  it("rests as long as it works, and leaves to the next minute what it does not get done", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const db = { write: (work: (tx: object) => unknown) => work({}), lock: async () => {} };
      const begun: number[] = [];
      const sweep = async () => {
        begun.push(performance.now());
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return 10;
      };
      const start = performance.now();
      const round = sweeping({ name: "endless", budget: 10, sweep }).step(testContext(db as never), NEVER);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await round).toBe(false);
      expect(begun.map((at) => at - start)).toEqual([0, 6000, 12_000, 18_000]);
    } finally {
      vi.useRealTimers();
    }
  });
});
