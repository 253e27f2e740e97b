import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, WriteWork } from "../context.ts";
import { findNamespace, storeNamespace, toNamespace, withFields } from "../projects/namespaces.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { planRename } from "../texts/plan-rename.ts";

/**
 * Describes or renames a namespace. With a new name its keys move there in one changeset, those of the trash too, so
 * that they come back to it. Throws `not_found`, and `conflict` as `planRename` does.
 */
export async function updateNamespace(
  work: WriteWork,
  known: PlacedProject,
  { namespace, message, ...fields }: Input<"namespaces.update">,
): Promise<Output<"namespaces.update">> {
  const project = await lockProject(work, known);
  if (fields.name === undefined || fields.name === namespace) {
    const before = await findNamespace(work.store, project, namespace);
    const after = withFields(before, fields);
    await storeNamespace(work.store, before, after);
    return { ...toNamespace(after), changesetId: null };
  }
  const plan = await planRename(work, project, namespace, { ...fields, name: fields.name });
  const changesetId = await applyPlan(work, project, plan, { message });
  return { ...toNamespace(plan.after), changesetId };
}
