import type { Caller, PlacedProject, Reach, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/**
 * What the caller may do in a project that was found by a bare id, its own or that of something in it. Undefined when the
 * project is outside the caller's reach, which is to be answered as if it never existed.
 */
export async function reachProject(
  store: Reader,
  caller: Caller,
  project: PlacedProject,
): Promise<Reach | undefined> {
  const reach = caller.home ?? (await reachOfProject(store, caller, project));
  return reach && isInside(reach, project) ? reach : undefined;
}

export function isInside({ organization, projects }: Reach, project: PlacedProject): boolean {
  const { id, organizationId } = project;
  return organizationId === organization.id && (projects === "all" || projects.includes(id));
}

/** Whoever does not belong to its organization is told nothing of the project. */
async function reachOfProject(
  store: Reader,
  caller: Caller,
  { organizationId }: PlacedProject,
): Promise<Reach | undefined> {
  try {
    return await caller.reachIn(store, organizationId);
  } catch (error) {
    if (error instanceof ApiError && REFUSED.has(error.code)) return undefined;
    throw error;
  }
}

const REFUSED = new Set<string>(["not_found", "wrong_organization"]);
