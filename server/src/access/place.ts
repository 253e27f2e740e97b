import type { Operation } from "@parlance/contract/operation";
import type { Caller, PlacedProject, Reach, Reader } from "../context.ts";
import { reachOf } from "../organizations/roles.ts";
import { ApiError } from "../platform/api-error.ts";
import { isStorable } from "../platform/storable.ts";
import { findProjectById, findProjectBySlugs } from "../projects/find-project.ts";

export interface Place {
  reach: Reach | null;
  project: PlacedProject | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Resolves what the path names and checks that it is inside the caller's reach. An organization that is not the
 * token's is `wrong_organization`, existing or not; a bare project id outside the grant is `not_found`, as if it never
 * existed.
 */
export async function findPlace(
  store: Reader,
  operation: Operation,
  caller: Caller,
  params: Record<string, string>,
): Promise<Place> {
  if (operation.access.by === "anyone") return { reach: null, project: null };
  // Nothing is called so, and Postgres refuses to be asked.
  if (!Object.values(params).every(isStorable)) throw new ApiError("not_found");
  const organization = params.organizationId ?? params.organizationSlug;
  const project = params.projectId ?? params.projectSlug;
  if (organization !== undefined) {
    const reach = await findReach(store, operation, caller, organization);
    if (params.projectSlug === undefined) return { reach, project: null };
    const found = await findProjectBySlugs(store, reach.organization.slug, params.projectSlug);
    return { reach, project: inside(reach, found) };
  }
  if (project !== undefined) return findProjectPlace(store, operation, caller, project);
  return { reach: caller.kind === "installation" ? caller.reach : null, project: null };
}

async function findReach(store: Reader, operation: Operation, caller: Caller, named: string): Promise<Reach> {
  if (caller.kind === "installation") {
    const { id, slug } = caller.reach.organization;
    const matches = operation.path.includes(":organizationId") ? named === id : named === slug;
    if (!matches) throw new ApiError("wrong_organization");
    return caller.reach;
  }
  const reach = caller.kind === "session" ? await reachOf(store, caller.userId, named) : null;
  if (!reach) throw new ApiError("not_found", "There is no such organization, or you do not belong to it.");
  return reach;
}

/** `named` is a UUID or `org/slug`. */
async function findProjectPlace(
  store: Reader,
  operation: Operation,
  caller: Caller,
  named: string,
): Promise<Place> {
  const [first = "", second, ...rest] = named.split("/");
  if (second !== undefined) {
    if (rest.length > 0) throw new ApiError("not_found", "There is no such project.");
    const bySlug = { ...operation, path: "/:organizationSlug" };
    const reach = await findReach(store, bySlug, caller, first);
    return { reach, project: inside(reach, await findProjectBySlugs(store, first, second)) };
  }
  const project = UUID.test(first) ? await findProjectById(store, first.toLowerCase()) : undefined;
  if (!project) throw new ApiError("not_found", "There is no such project.");
  const reach =
    caller.kind === "installation"
      ? caller.reach
      : caller.kind === "session"
        ? await reachOf(store, caller.userId, project.organizationId)
        : null;
  if (!reach) throw new ApiError("not_found", "There is no such project.");
  return { reach, project: inside(reach, project) };
}

function inside(reach: Reach, project: PlacedProject | undefined): PlacedProject {
  const included =
    project?.organizationId === reach.organization.id &&
    (reach.projects === "all" || reach.projects.includes(project.id));
  if (!project || !included) throw new ApiError("not_found", "There is no such project.");
  return project;
}
