import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, Work, WriteWork } from "../context.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan, recorded } from "../texts/apply-plan.ts";
import { refuseFaults } from "../texts/faults.ts";
import type { KeyReference } from "../texts/find-keys.ts";
import { type Planned, planOf } from "../texts/plan.ts";
import { findNamedKeys } from "./named-keys.ts";

/** Moves keys to the trash, all or none. Throws `not_found` and `conflict` (named twice), `errors` names every item. */
export async function deleteKeys(
  work: WriteWork,
  known: PlacedProject,
  { keys, message }: Input<"keys.delete">,
): Promise<Output<"keys.delete">> {
  const project = await lockProject(work, known);
  const { plan, faults } = await planDeletion(work, project, keys);
  refuseFaults(faults);
  const changesetId = recorded(await applyPlan(work, project, plan, { message }));
  return { changesetId, deleted: plan.trashed.length };
}

export async function planDeletion(
  { store }: Work,
  project: PlacedProject,
  references: readonly KeyReference[],
): Promise<Planned> {
  const { keys: trashed, faults } = await findNamedKeys(store, project, references);
  return { plan: planOf({ trashed }), faults, collisions: [] };
}
