import type { Actor, PlacedProject, Reach, Reader } from "../context.ts";
import { toActor } from "../database/actor.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { reachOfGrant } from "../installations/reach-of-grant.ts";
import { reachOf } from "../organizations/roles.ts";
import { ApiError } from "../platform/api-error.ts";
import { findProjectById } from "../projects/find-project.ts";
import { needScope } from "../projects/need-scope.ts";

/** Whoever began the import, and what they may do at this moment. */
export interface Writer {
  actor: Actor;
  reach: Reach;
  project: PlacedProject;
}

/**
 * Reads again whether the one who began an import may still write. Throws `not_found` for a project that is gone or left
 * the grant, `grant_revoked`, `wrong_organization` and `missing_scope`.
 */
export async function writerNow(store: Reader, job: ImportTable): Promise<Writer> {
  const project = await findProjectById(store, job.projectId);
  if (!project) throw new ApiError("not_found", "The project was deleted.");
  const actor = toActor(job);
  const reach = await reachNow(store, actor, project);
  const isInside = reach.projects === "all" || reach.projects.includes(project.id);
  if (!isInside || reach.organization.id !== project.organizationId) {
    throw new ApiError("not_found", "The connection does not reach the project any more.");
  }
  needScope(reach, "keys:write");
  needScope(reach, "translations:write");
  return { actor, reach, project };
}

async function reachNow(store: Reader, { grantId, userId }: Actor, project: PlacedProject): Promise<Reach> {
  if (grantId !== null) return reachOfGrant(store, grantId);
  const reach = userId === null ? null : await reachOf(store, userId, project.organizationId);
  if (!reach) throw new ApiError("wrong_organization", "Who began the import left the organization.");
  return reach;
}
