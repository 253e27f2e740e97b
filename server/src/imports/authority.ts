import type { Caller, Reach, Reader } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { reachOfGrant } from "../installations/reach-of-grant.ts";
import { reachOf } from "../organizations/roles.ts";
import { ApiError } from "../platform/api-error.ts";
import { findProjectById, type Project } from "../projects/find-project.ts";
import { needScope } from "../projects/need-scope.ts";

/** Whoever began the import, as they may act at this moment. */
export interface Authority {
  caller: Caller;
  reach: Reach;
  project: Project;
}

/**
 * Asks the rows again whether who began an import still may write. Throws `not_found` for a project that is gone or left
 * the grant, `grant_revoked`, `wrong_organization` and `missing_scope`.
 */
export async function authorityNow(store: Reader, job: ImportTable): Promise<Authority> {
  const project = await findProjectById(store, job.projectId);
  if (!project) throw new ApiError("not_found", "The project was deleted.");
  const { caller, reach } = job.grantId
    ? await ofGrant(store, job, job.grantId)
    : await ofPerson(store, job, project);
  const isInside = reach.projects === "all" || reach.projects.includes(project.id);
  if (!isInside || reach.organization.id !== project.organizationId) {
    throw new ApiError("not_found", "The connection does not reach the project any more.");
  }
  needScope(reach, "keys:write", caller);
  needScope(reach, "translations:write", caller);
  return { caller, reach, project };
}

/** No token and no session stands behind these: the request that began the import is long over. */
const NO_REQUEST = { sessionId: "", name: "", email: "", emailVerified: true, tokenHash: "", familyId: "" };

async function ofGrant(
  store: Reader,
  { appId, userId }: ImportTable,
  grantId: string,
): Promise<Omit<Authority, "project">> {
  const reach = await reachOfGrant(store, grantId);
  const { tokenHash, familyId } = NO_REQUEST;
  const grantScopes = reach.scopes;
  const who = { kind: "installation", grantId, appId: appId ?? "", userId } as const;
  return { reach, caller: { ...who, tokenHash, familyId, reach, grantScopes } };
}

async function ofPerson(
  store: Reader,
  { userId }: ImportTable,
  project: Project,
): Promise<Omit<Authority, "project">> {
  const reach = await reachOf(store, userId, project.organizationId);
  if (!reach) throw new ApiError("wrong_organization", "Who began the import left the organization.");
  const { sessionId, name, email, emailVerified } = NO_REQUEST;
  return { reach, caller: { kind: "session", userId, sessionId, name, email, emailVerified } };
}
