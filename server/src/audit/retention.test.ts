import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { SYSTEM } from "../database/actor.ts";
import { recordAudit } from "./record.ts";
import { sweepAudit } from "./retention.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

describe.each(ENGINES)("the audit's retention on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  const sweep = (budget = 1000) =>
    ctx.db.write((tx) => sweepAudit(tx, ctx.clock.now(), budget, { config: ctx.config }));
  const actions = async () =>
    (await ctx.db.read.selectFrom("auditEntries").select("action").orderBy("action").execute()).map(
      ({ action }) => action,
    );
  const record = (...names: string[]) =>
    ctx.db.write(async (tx) => {
      for (const action of names) await recordAudit(tx, { at: ctx.clock.now(), action, actor: SYSTEM });
    });

  it("is 90 days for mints and refreshes, and 400 for everything else", async () => {
    ctx = testContext(database.db);
    await record("keys.update", "installations.mint", "token.refreshed", "grant.revoked");
    ctx.clock.advance(90 * DAY_MS);
    expect(await sweep()).toBe(0);
    ctx.clock.advance(1);
    await record("installations.mint");
    expect(await sweep()).toBe(2);
    expect(await actions()).toEqual(["grant.revoked", "installations.mint", "keys.update"]);
    ctx.clock.advance(310 * DAY_MS);
    expect(await sweep()).toBe(3);
    expect(await actions()).toEqual([]);
    expect(await sweep()).toBe(0);
  });

  it("is what the settings say, and a sweep ends with its budget", async () => {
    ctx = testContext(database.db, {
      config: { AUDIT_SECONDS: 2 * 86_400, AUDIT_ROUTINE_SECONDS: 86_400 },
    });
    await record("a", "b", "b", "installations.mint", "c");
    ctx.clock.advance(1.5 * DAY_MS);
    expect(await sweep(1)).toBe(1);
    ctx.clock.advance(DAY_MS);
    expect([await sweep(2), await sweep(2), await sweep(2)]).toEqual([2, 2, 0]);
  });
});
