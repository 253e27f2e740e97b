import type { ExpressionBuilder } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import type { Context, Reader } from "../context.ts";
import { CLAIM_MS, type Claim, type ClaimColumns, ClaimLost } from "./claim.ts";
import { type ClaimedWork, claimed } from "./claimed.ts";

type Errand = ClaimColumns & { id: string; done: string | null };

const RETRY = { attempts: 3, firstMs: 1000, mostMs: 8000 };
const NEVER = () => false;

// What a feature's `store.ts` would hold.

const table = (store: Reader) => store.withTables<{ errands: Errand }>();

const isClaimable = (now: number) => (eb: ExpressionBuilder<{ errands: Errand }, "errands">) =>
  eb.and([eb("done", "is", null), eb.or([eb("claimedUntil", "is", null), eb("claimedUntil", "<=", now)])]);

const STORE: Pick<ClaimedWork<Errand>, "next" | "claim" | "change" | "release"> = {
  async next(store, now) {
    const row = await table(store)
      .selectFrom("errands")
      .select("id")
      .where(isClaimable(now))
      .orderBy("id")
      .executeTakeFirst();
    return row?.id;
  },
  claim(tx, id, { by, now, until }) {
    return table(tx)
      .updateTable("errands")
      .set((eb) => ({ claimedBy: by, claimedUntil: until, attempts: eb("attempts", "+", 1) }))
      .where("id", "=", id)
      .where(isClaimable(now))
      .returningAll()
      .executeTakeFirst();
  },
  change: (tx, id, by, fields) => finish(tx, id, by, fields),
  async release(tx, node) {
    const free = { claimedBy: null, claimedUntil: null };
    await table(tx).updateTable("errands").set(free).where("claimedBy", "like", `${node}/%`).execute();
  },
};

async function finish(store: Reader, id: string, by: string, fields: Partial<Errand>): Promise<boolean> {
  const { numUpdatedRows } = await table(store)
    .updateTable("errands")
    .set(fields)
    .where("id", "=", id)
    .where("claimedBy", "=", by)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

describe.each(ENGINES)("claimed work on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let logged: [string, Record<string, unknown>][];
  beforeAll(async () => {
    database = await open();
    await database.db.writer.schema
      .createTable("errands")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("claimedBy", "text")
      .addColumn("claimedUntil", "bigint")
      .addColumn("attempts", "integer", (c) => c.notNull())
      .addColumn("done", "text")
      .execute();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    logged = [];
    const context = testContext(database.db);
    const error = (facts: Record<string, unknown>, message: string) => void logged.push([message, facts]);
    ctx = { ...context, log: Object.assign(Object.create(context.log), { error }) };
    await ctx.db.write((tx) => table(tx).deleteFrom("errands").execute());
  });

  const add = (...ids: string[]) =>
    ctx.db.write((tx) =>
      table(tx)
        .insertInto("errands")
        .values(ids.map((id) => ({ id, claimedBy: null, claimedUntil: null, attempts: 0, done: null })))
        .execute(),
    );
  const rows = () => table(ctx.db.read).selectFrom("errands").selectAll().orderBy("id").execute();
  const done = async () => (await rows()).map((row) => row.done);
  const worker = (run: ClaimedWork<Errand>["run"], giveUp: ClaimedWork<Errand>["giveUp"] = run) =>
    claimed<Errand>({ name: "errands", everyMs: 1000, retry: RETRY, ...STORE, run, giveUp });

  /** Writes as every transaction of a worker does: only while the claim is its own. */
  const write = (context: Context, { id }: Errand, claim: Claim, value: string) =>
    context.db.write(async (tx) => {
      if (!(await finish(tx, id, claim.by, { done: value, ...claim.renewal() }))) throw new ClaimLost();
    });

  it("does every piece once, however many nodes ask", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `e${index}`);
    await add(...ids);
    const ran: string[] = [];
    const node = worker(async (context, errand, claim) => {
      ran.push(errand.id);
      await write(context, errand, claim, "yes");
    });
    const work = async () => {
      while (await node.step(ctx, NEVER));
    };
    await Promise.all(Array.from({ length: 5 }, work));
    expect(ran.toSorted()).toEqual(ids.toSorted());
    expect(new Set(await done())).toEqual(new Set(["yes"]));
  });

  it("leaves the pieces of a node that died to others once its claim has run out, not before", async () => {
    await add("e1");
    const dies = worker(() => new Promise(() => {}));
    void dies.step(ctx, NEVER);
    await expect.poll(async () => (await rows())[0]?.attempts).toBe(1);
    const other = worker((context, errand, claim) => write(context, errand, claim, "other"));
    ctx.clock.advance(CLAIM_MS - 1);
    expect(await other.step(ctx, NEVER)).toBe(false);
    ctx.clock.advance(1);
    expect(await other.step(ctx, NEVER)).toBe(true);
    expect(await done()).toEqual(["other"]);
  });

  it("takes over at once what its own former process had claimed, and nothing of a node that lives", async () => {
    await add("e1", "e2");
    const dies = worker(() => new Promise(() => {}));
    const former = { ...ctx, node: { id: "node_former", gone: [] } };
    const other = { ...ctx, node: { id: "node_other", gone: [] } };
    void dies.step(former, NEVER);
    await expect.poll(async () => (await rows())[0]?.attempts).toBe(1);
    void dies.step(other, NEVER);
    await expect.poll(async () => (await rows())[1]?.attempts).toBe(1);
    const started = { ...ctx, node: { id: "node_started", gone: ["node_former"] } };
    const next = worker((context, errand, claim) => write(context, errand, claim, "started"));
    await next.begin?.(started);
    while (await next.step(started, NEVER));
    expect(await done()).toEqual(["started", null]);
  });

  it("a renewed claim lasts on, and tells when it is time to renew it", async () => {
    await add("e1");
    const due: boolean[] = [];
    const node = worker(async (context, { id }, claim) => {
      for (let times = 0; times < 3; times++) {
        due.push(claim.isDue);
        ctx.clock.advance(CLAIM_MS - 1);
        due.push(claim.isDue);
        await context.db.write((tx) => finish(tx, id, claim.by, claim.renewal()));
      }
      expect(await worker(async () => {}).step(ctx, NEVER)).toBe(false);
      await finish(context.db.writer, id, claim.by, { done: "yes" });
    });
    await node.step(ctx, NEVER);
    expect(due).toEqual([false, true, false, true, false, true]);
    expect(await done()).toEqual(["yes"]);
  });

  it("who lost the claim writes nothing more, and that is no failure", async () => {
    await add("e1");
    const other = worker((context, errand, claim) => write(context, errand, claim, "other"));
    const silent = worker(async (context, errand, claim) => {
      ctx.clock.advance(CLAIM_MS);
      expect(await other.step(ctx, NEVER)).toBe(true);
      await write(context, errand, claim, "silent");
    });
    expect(await silent.step(ctx, NEVER)).toBe(true);
    expect(await rows()).toMatchObject([{ done: "other", attempts: 2 }]);
    expect(logged).toEqual([]);
  });

  it("puts a piece that fails off, longer each time, and goes on with those behind it", async () => {
    await add("e1", "e2");
    const ran: string[] = [];
    const node = worker(async (context, errand, claim) => {
      ran.push(errand.id);
      if (errand.id === "e1") throw new Error("no");
      await write(context, errand, claim, "yes");
    });
    while (await node.step(ctx, NEVER));
    expect(ran).toEqual(["e1", "e2"]);
    expect(logged).toEqual([
      ["background work failed", expect.objectContaining({ worker: "errands", piece: "e1", attempts: 1 })],
    ]);
    ctx.clock.advance(499);
    expect(await node.step(ctx, NEVER)).toBe(false);
    ctx.clock.advance(501);
    expect(await node.step(ctx, NEVER)).toBe(true);
    const [first] = await rows();
    expect(first).toMatchObject({ claimedBy: null, attempts: 2, done: null });
    const restMs = (first?.claimedUntil ?? 0) - ctx.clock.now();
    expect(restMs).toBeGreaterThanOrEqual(1000);
    expect(restMs).toBeLessThanOrEqual(2000);
  });

  it("gives a piece up after so many attempts, as its owner will see", async () => {
    await add("e1");
    const node = worker(
      async () => {
        throw new Error("no");
      },
      (context, errand, claim) => write(context, errand, claim, "given up"),
    );
    for (let times = 0; times < RETRY.attempts; times++) {
      expect(await node.step(ctx, NEVER)).toBe(true);
      ctx.clock.advance(RETRY.mostMs);
    }
    expect(await done()).toEqual([null]);
    expect(await node.step(ctx, NEVER)).toBe(true);
    expect(await done()).toEqual(["given up"]);
    expect(logged.at(-1)).toEqual([
      "background work was given up",
      { worker: "errands", piece: "e1", attempts: RETRY.attempts + 1 },
    ]);
    expect(await node.step(ctx, NEVER)).toBe(false);
  });

  it("throws when the database does not even take note of a failure, so that the worker backs off", async () => {
    await add("e1");
    const node = worker(async (context) => {
      context.db.write = () => Promise.reject(new Error("gone"));
      throw new Error("no");
    });
    await expect(node.step({ ...ctx, db: { ...ctx.db } }, NEVER)).rejects.toThrow("gone");
    // The claim runs out by itself.
    ctx.clock.advance(CLAIM_MS);
    expect(await worker(async () => {}).step(ctx, NEVER)).toBe(true);
  });
});
