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
  settle,
  stateOf,
  takeOne,
  withFirstKeys,
} from "../../test/support/text-steps.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "./apply-plan.ts";

/**
 * Random steps of many items each are written into two projects: into one as plans of the bulk operations, applied one
 * after the other or as one plan that holds them all, into the other item by item, each by a call of its own. Keys,
 * values, flags, histories and counters are equal then, and the counters are what a recount says.
 */
const RUNS = { numRuns: 40, interruptAfterTimeLimit: 25_000 };
const steps = fc.array(
  fc.record({ items: fc.array(rawItem, { minLength: 1, maxLength: 6 }), isOnePlan: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

describe.each(ENGINES)("planned writes on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  it("are the same writes made one by one", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (program) => {
        const planned = await withFirstKeys(await addProject(ctx, { languages: ["de", "fr"] }));
        const single = await withFirstKeys(await addProject(ctx, { languages: ["de", "fr"] }));
        for (const [at, { items: raws, isOnePlan }] of program.entries()) {
          ctx.clock.advance(1000);
          const items = itemsOf(raws, single, at);
          await takeAll(planned, items, isOnePlan);
          for (const item of items) await takeOne(single, item);
        }
        const [state, expected] = [await stateOf(planned, ctx.db), await stateOf(single, ctx.db)];
        expect(state).toEqual(expected);
        expect(state.counters).toEqual(recount(state));
      }),
      RUNS,
    );
  }, 60_000);

  async function takeAll(labelled: Labelled, items: readonly Item[], isOnePlan: boolean): Promise<void> {
    const { person: caller, project: known } = labelled.w;
    await inCall(ctx, { caller, placed: {} }, async (call) => {
      const project = await lockProject(call, known);
      const plans = (await planItems(call, project, labelled, items)).map(({ plan, faults }) => {
        expect(faults).toEqual([]);
        return plan;
      });
      const whole = mergePlans(plans);
      for (const plan of isOnePlan ? [whole] : plans) await applyPlan(call, project, plan);
      for (const { id, name } of whole.created) labelled.ids.set(name, id);
    });
    settle(labelled, items);
  }
});
