import type { Output } from "@parlance/contract/operations";
import type { PlacedProject, WriteWork } from "../context.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { planSource } from "../texts/plan-source.ts";

/**
 * Makes another language the source. The manifest names the new source from the next release on. Throws as `planSource`
 * does.
 */
export async function setSource(
  work: WriteWork,
  known: PlacedProject,
  code: string,
): Promise<Output<"languages.setSource">> {
  const project = await lockProject(work, known);
  const plan = await planSource(work, project, code);
  if (!plan) return { sourceLanguage: project.sourceLanguage, outdatedKeys: 0 };
  await applyPlan(work, project, plan);
  return { sourceLanguage: plan.to, outdatedKeys: plan.outdatedKeyIds.length };
}
