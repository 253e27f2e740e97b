import type { PlacedProject, Reader } from "../context.ts";
import { prepared } from "../database/prepared.ts";
import { selectLiveIds, selectProject } from "./store.ts";

/** The organization of a project, as events name it. */
export function organizationOf({ organizationId, organizationSlug }: PlacedProject): {
  id: string;
  slug: string;
} {
  return { id: organizationId, slug: organizationSlug };
}

const projectById = prepared(
  (store, { id }: { id: string }) => selectProject(store).where("projects.id", "=", id),
  { cached: true },
);

/** The project with this id; undefined when it does not exist, or it or its organization was deleted. */
export async function findProjectById(store: Reader, id: string): Promise<PlacedProject | undefined> {
  return (await projectById(store, { id }))[0];
}

const projectBySlugs = prepared(
  (store, named: { organizationSlug: string; slug: string }) =>
    selectProject(store)
      .where("organizations.slug", "=", named.organizationSlug)
      .where("projects.slug", "=", named.slug),
  { cached: true },
);

/** The same by the slugs of organization and project. */
export async function findProjectBySlugs(
  store: Reader,
  organizationSlug: string,
  slug: string,
): Promise<PlacedProject | undefined> {
  return (await projectBySlugs(store, { organizationSlug, slug }))[0];
}

/** The ids among these of projects that the organization has, so that those of others are as if they never existed. */
export async function findProjectsAmong(
  store: Reader,
  organizationId: string,
  ids: readonly string[],
): Promise<string[]> {
  return ids.length === 0 ? [] : selectLiveIds(store, organizationId, ids);
}
