import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, Work, WriteWork } from "../context.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { inOrder, refuseFaults } from "../texts/faults.ts";
import { findCollisions } from "../texts/find-collisions.ts";
import { type Planned, planOf, type ValueWrite } from "../texts/plan.ts";
import { findItems } from "./find-items.ts";

type Request = Input<"values.setStatus">;

/**
 * Gives values another status in one changeset, all or none. Texts stay, and so does the flag of those whose source
 * text changed since. A key without a value in the language is counted and nothing else. Throws `not_found` for an
 * unknown key or language, `conflict` for a value that is named twice or has another revision than the one expected;
 * `errors` names every item.
 */
export async function setStatus(
  work: WriteWork,
  known: PlacedProject,
  { message, ...request }: Request,
): Promise<Output<"values.setStatus">> {
  const project = await lockProject(work, known);
  const { plan, faults, missing } = await planStatuses(work, project, request);
  refuseFaults(faults);
  const changesetId = await applyPlan(work, project, plan, { message });
  const updated = plan.written.length;
  return { changesetId, updated, unchanged: request.values.length - updated - missing, missing };
}

/** `missing` is how many items name a value that does not exist. */
export async function planStatuses(
  { store }: Work,
  project: PlacedProject,
  { values, status }: Omit<Request, "message">,
): Promise<Planned & { missing: number }> {
  const { items, faults } = await findItems(store, project, values);
  const all = items.map(({ at, item, before }) => {
    return { at, before, expected: item.revision, text: before?.text ?? "", status };
  });
  const collisions = await findCollisions(store, all);
  const written = all.flatMap(({ before }): ValueWrite[] => {
    if (!before || before.status === status) return [];
    const { keyId, language, text } = before;
    return [{ keyId, language, text, status, before, onlyStatus: true }];
  });
  return {
    plan: planOf({ written }),
    faults: inOrder([...faults, ...collisions]),
    collisions,
    missing: all.filter(({ before }) => !before).length,
  };
}
