import type { ActorType } from "@parlance/contract/actors";
import { reachOfKey } from "../api-keys/reach-of-key.ts";
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
 * the grant or key, `grant_revoked`, `invalid_token`, `wrong_organization` and `missing_scope`.
 */
export async function writerNow(store: Reader, job: ImportTable, now: number): Promise<Writer> {
  const project = await findProjectById(store, job.projectId);
  if (!project) throw new ApiError("not_found", "The project was deleted.");
  const actor = toActor(job);
  const reach = await REACH_NOW[actor.type](store, actor, { project, now });
  const isInside = reach.projects === "all" || reach.projects.includes(project.id);
  if (!isInside || reach.organization.id !== project.organizationId) {
    throw new ApiError("not_found", "The connection or key does not reach the project any more.");
  }
  needScope(reach, "keys:write");
  needScope(reach, "translations:write");
  return { actor, reach, project };
}

type FindReach = (
  store: Reader,
  actor: Actor,
  where: { project: PlacedProject; now: number },
) => Promise<Reach>;

/** What an actor may do at this moment, by the rows that let it in. Those who cannot begin an import may do nothing. */
const REACH_NOW: Record<ActorType, FindReach> = {
  async user(store, { userId }, { project }) {
    const reach = await reachOf(store, userId ?? "", project.organizationId);
    if (!reach) throw new ApiError("wrong_organization", "Who began the import left the organization.");
    return reach;
  },
  app: (store, { grantId }) => reachOfGrant(store, grantId ?? ""),
  key: (store, { apiKeyId }, { now }) => reachOfKey(store, apiKeyId ?? "", now),
  anyone: nothing,
  system: nothing,
};

async function nothing(): Promise<never> {
  throw new ApiError("wrong_organization");
}
