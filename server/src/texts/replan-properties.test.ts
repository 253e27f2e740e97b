import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject } from "../../test/support/projects.ts";
import {
  type Item,
  itemsOf,
  type Labelled,
  mergePlans,
  planItems,
  rawItem,
  recount,
  stateOf,
  takeOne,
  withFirstKeys,
} from "../../test/support/text-steps.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "./apply-plan.ts";
import { pairOf } from "./plan.ts";
import { replan } from "./replan.ts";
import { parsePlan, serializePlan } from "./stored-plan.ts";

/**
 * In one project a plan is made and stored, random writes follow, and the plan is loaded and applied; in another one the
 * same writes are made, and then what was planned, at once. Both are equal, or the plan is refused and something that it
 * names is another than it was.
 */
const RUNS = { numRuns: 60, interruptAfterTimeLimit: 25_000 };
const step = fc.array(rawItem, { minLength: 1, maxLength: 3 });
const program = fc.record({
  before: fc.array(step, { maxLength: 4 }),
  planned: fc.array(rawItem, { minLength: 1, maxLength: 3 }),
  meanwhile: fc.array(step, { maxLength: 3 }),
});

describe.each(ENGINES)("a stored plan on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  it("does what it would do at once, or is refused because what it names has moved", async () => {
    const seen = { applied: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(program, async ({ before, planned, meanwhile }) => {
        const later = await withFirstKeys(await addProject(ctx, { languages: ["de", "fr"] }));
        const atOnce = await withFirstKeys(await addProject(ctx, { languages: ["de", "fr"] }));
        const takeInBoth = async (raws: typeof planned, at: number) => {
          ctx.clock.advance(1000);
          for (const item of itemsOf(raws, atOnce, at)) {
            for (const labelled of [later, atOnce]) await takeOne(labelled, item);
          }
        };
        for (const [at, raws] of before.entries()) await takeInBoth(raws, at);
        const { stored, items } = await storeItems(later, itemsOf(planned, later, 10));
        for (const [at, raws] of meanwhile.entries()) await takeInBoth(raws, 20 + at);
        ctx.clock.advance(1000);

        const isRefused = await hasMoved(later, stored);
        seen[isRefused ? "refused" : "applied"]++;
        expect(await applyStored(later, stored)).toBe(!isRefused);
        for (const item of isRefused ? [] : items) await takeOne(atOnce, item);
        const [state, expected] = [await stateOf(later, ctx.db), await stateOf(atOnce, ctx.db)];
        expect(state).toEqual(expected);
        expect(state.counters).toEqual(recount(state));
      }),
      RUNS,
    );
    expect(Math.min(seen.applied, seen.refused)).toBeGreaterThan(0);
  }, 60_000);

  /** With the items of which the plan holds something: what was so already is not part of it. */
  async function storeItems(
    labelled: Labelled,
    items: readonly Item[],
  ): Promise<{ stored: string; items: Item[] }> {
    const { person: caller, project: known } = labelled.w;
    const plan = await inCall(ctx, { caller, placed: {} }, async (call) => {
      const project = await lockProject(call, known);
      return mergePlans((await planItems(call, project, labelled, items)).map(({ plan }) => plan));
    });
    const written = new Set(plan.written.map(pairOf));
    const changed = new Set(plan.changed.map(({ before }) => before.id));
    const planned = items.flatMap((item): Item[] => {
      const keyId = labelled.ids.get(item.label) ?? "";
      const isWritten = (language: string) => written.has(pairOf({ keyId, language }));
      if (item.does === "update") return changed.has(keyId) ? [item] : [];
      if (item.does === "status") return [{ ...item, languages: item.languages.filter(isWritten) }];
      if (item.does !== "set") return [item];
      const values = Object.entries(item.values).filter(([language]) => isWritten(language));
      return [{ ...item, values: Object.fromEntries(values) }];
    });
    return { stored: serializePlan(plan), items: planned };
  }

  /** Whether a key or value that the plan names is another than it was, as the tables have it. */
  async function hasMoved(labelled: Labelled, stored: string): Promise<boolean> {
    const plan = parsePlan(stored);
    if (plan.kind !== "texts") throw new Error("not a plan of texts");
    const ids = [...labelled.ids.values()];
    const rows = await ctx.db.read.selectFrom("keys").selectAll().where("id", "in", ids).execute();
    const values = await ctx.db.read
      .selectFrom("translations")
      .selectAll()
      .where("keyId", "in", ids)
      .execute();
    const keys = new Map(rows.map((key) => [key.id, key]));
    const revisions = new Map(values.map((value) => [pairOf(value), value.revision]));
    const isLive = (keyId: string) => keys.get(keyId)?.deletedAt === null;
    const created = new Set(plan.created.map(({ id }) => id));
    return (
      [...plan.changed, ...plan.trashed].some((key) => !isLive(key.keyId)) ||
      plan.restored.some((key) => isLive(key.keyId)) ||
      [...plan.changed, ...plan.trashed, ...plan.restored].some(
        ({ keyId, revision }) => keys.get(keyId)?.revision !== revision,
      ) ||
      plan.written.some(
        (value) =>
          !(isLive(value.keyId) || created.has(value.keyId)) ||
          (revisions.get(pairOf(value)) ?? 0) !== value.revision,
      )
    );
  }

  /** False when it is refused. */
  async function applyStored(labelled: Labelled, stored: string): Promise<boolean> {
    const { person: caller, project: known } = labelled.w;
    return inCall(ctx, { caller, placed: {} }, async (call) => {
      const project = await lockProject(call, known);
      const { plan, faults } = await replan(call, project, stored);
      if (faults.length > 0) return false;
      await applyPlan(call, project, plan);
      if (plan.kind === "texts") for (const { id, name } of plan.created) labelled.ids.set(name, id);
      return true;
    });
  }
});
