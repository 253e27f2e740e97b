import type { Scope } from "@parlance/contract/scopes";
import type { Caller, PlacedProject, ReadCall, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { findProjectById } from "../projects/find-project.ts";
import { needScope } from "../projects/need-scope.ts";
import { reachProject } from "../projects/reach-project.ts";
import { type Job, jobOfImport, jobOfRelease } from "./job.ts";
import { selectImport, selectRelease } from "./store.ts";

interface PlacedJob {
  readonly job: Job;
  readonly project: PlacedProject;
}

/**
 * The job with this id, and its project; the call stands in that one's organization from then on. Throws `not_found` when
 * there is none or it is outside the caller's reach, in the same words, and `missing_scope` when the caller does not hold
 * the scope there.
 */
export async function findJob(
  { store, standIn }: Pick<ReadCall, "store" | "standIn">,
  caller: Caller,
  id: string,
  scope: Scope,
): Promise<PlacedJob> {
  const job = await selectJob(store, id);
  const project = job && (await findProjectById(store, job.projectId));
  const reach = project && (await reachProject(store, caller, project));
  if (!job || !project || !reach) throw new ApiError("not_found", "There is no such job.");
  standIn(reach);
  needScope(reach, scope);
  return { job, project };
}

async function selectJob(store: Reader, id: string): Promise<Job | undefined> {
  const imported = await selectImport(store, id);
  if (imported) return jobOfImport(imported);
  const release = await selectRelease(store, id);
  return release && jobOfRelease(release);
}
