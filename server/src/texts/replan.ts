import type { PlacedProject, Work } from "../context.ts";
import type { Fault } from "./faults.ts";
import { type Plan, type Planned, planOf } from "./plan.ts";
import { planRename } from "./plan-rename.ts";
import { planSource } from "./plan-source.ts";
import { replanKeys } from "./replan-keys.ts";
import { replanValues } from "./replan-values.ts";
import { parsePlan, type StoredTexts } from "./stored-plan.ts";

/**
 * Makes a stored plan once more, on what is there now. What it was made on has to stand as it stood then, else there is
 * a collision with both sides; all else may have changed, and names and texts are checked against it. To be called under
 * the project's write lock. Pointers lead into the stored plan. Throws as `planRename` and `planSource` do.
 *
 * @param stored as `serializePlan` wrote it
 */
export async function replan(work: Work, project: PlacedProject, stored: string): Promise<Planned<Plan>> {
  const plan = parsePlan(stored);
  switch (plan.kind) {
    case "texts":
      return replanTexts(work, project, plan);
    case "namespace":
      return sound(await planRename(work, project, plan.namespace, plan.fields));
    case "source": {
      const { from, to } = plan;
      const again = from === project.sourceLanguage ? await planSource(work, project, to) : null;
      return again ? sound(again) : sourceMoved(from, project.sourceLanguage);
    }
  }
}

async function replanTexts(work: Work, project: PlacedProject, stored: StoredTexts): Promise<Planned> {
  const keys = await replanKeys(work, project, stored);
  const values = await replanValues(work, project, stored, keys);
  const { created, changed, trashed, restored } = keys;
  const { written, removed, warnings } = values;
  return {
    plan: planOf({ created, changed, trashed, restored, written, removed, takesBack: stored.takesBack }),
    faults: [...keys.faults, ...values.faults],
    collisions: [...keys.collisions, ...values.collisions],
    ...(warnings && { warnings }),
  };
}

function sound(plan: Plan): Planned<Plan> {
  return { plan, faults: [], collisions: [] };
}

function sourceMoved(expected: string, found: string): Planned<Plan> {
  const fault: Fault = { pointer: "/from", code: "revision_moved", expected, found };
  return { plan: planOf({}), faults: [fault], collisions: [fault] };
}
