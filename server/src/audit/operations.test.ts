import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addOrganization, addPerson, type Person, placedIn } from "../../test/support/people.ts";
import { appActor, personActor, SYSTEM } from "../database/actor.ts";
import { auditHandlers } from "./operations.ts";
import { type AuditEntry, recordAudit } from "./record.ts";

describe.each(ENGINES)("audit on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let ada: Person;
  let organization: { id: string };
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    ada = await addPerson(ctx.db, { name: "Ada" });
    organization = await addOrganization(ctx.db, "Audited", ada);
    const other = await addOrganization(ctx.db, "Other", ada);
    const at = ctx.clock.now();
    const write = (entry: Partial<AuditEntry>) =>
      ctx.db.write((tx) =>
        recordAudit(tx, {
          at,
          action: "a",
          actor: personActor(ada.userId),
          organizationId: organization.id,
          ...entry,
        }),
      );
    await write({ action: "first", at: at - 1, details: { role: "admin" }, target: "usr_1" });
    // Four in one millisecond: paging must neither lose nor repeat one.
    for (let i = 0; i < 3; i++) await write({ action: "same", outcome: "refused" });
    await write({
      action: "same",
      actor: appActor({ appId: "app_gone" }),
      appId: "app_gone",
      grantId: "grt_1",
    });
    await write({ action: "elsewhere", organizationId: other.id });
    await write({ action: "nowhere", organizationId: null });
  });
  afterAll(() => database.close());

  type Asked = { limit?: number; cursor?: string; action?: string; appId?: string };
  const list = async (input: Asked, organizationId = organization.id) =>
    inCall(
      ctx,
      { caller: ada, effect: "read", placed: await placedIn(ctx.db, ada, organizationId) },
      (call) => auditHandlers["audit.list"](call, { limit: 100, ...input }),
    );

  it("shows what happened in this organization, newest first, with names", async () => {
    const { items, nextCursor } = await list({});
    expect(items.map(({ action }) => action)).toEqual(["same", "same", "same", "same", "first"]);
    expect(items.at(-1)).toMatchObject({
      outcome: "done",
      actor: { type: "user", id: ada.userId, name: "Ada", agent: null },
      target: "usr_1",
      details: { role: "admin" },
    });
    expect(nextCursor).toBeNull();
  });

  it("keeps the id of an app that is gone", async () => {
    const { items } = await list({ appId: "app_gone" });
    expect(items).toEqual([
      expect.objectContaining({
        actor: { type: "app", id: "app_gone", name: null, agent: null },
        grantId: "grt_1",
      }),
    ]);
  });

  it("pages through entries of the same instant without losing one", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  it("can be narrowed to one action", async () => {
    expect((await list({ action: "first" })).items).toHaveLength(1);
  });

  it("looks at a bounded number of entries for a page of a rare action, and leads on", async () => {
    const busy = await addOrganization(ctx.db, "Busy", ada);
    const now = ctx.clock.now();
    await ctx.db.write(async (tx) => {
      for (let index = 0; index < 5000; index++) {
        const action = index % 2499 === 1 ? "rare" : "daily";
        // Several in each millisecond.
        const at = now - Math.floor(index / 3);
        await recordAudit(tx, { at, action, actor: SYSTEM, organizationId: busy.id, details: { index } });
      }
    });
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const input = { action: "rare", limit: 10, ...(cursor && { cursor }) };
      const page = await list(input, busy.id);
      pages.push(page.items.map(({ details }) => details.index as number));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(pages).toEqual([[1], [2500], [4999]]);
  });
});
