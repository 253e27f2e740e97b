import type { PlacedProject, Reader } from "../context.ts";
import { prepared } from "../database/prepared.ts";
import { selectProject } from "./store.ts";

/** A project's organization, as events name it. */
export function organizationOf({ organizationId, organizationSlug }: PlacedProject): {
  id: string;
  slug: string;
} {
  return { id: organizationId, slug: organizationSlug };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** By UUID or `org/slug`; undefined when there is none, or it or its organization was deleted. */
export async function findProject(store: Reader, reference: string): Promise<PlacedProject | undefined> {
  if (UUID.test(reference)) return findProjectById(store, reference.toLowerCase());
  const [organization, slug, ...rest] = reference.split("/");
  if (!organization || !slug || rest.length > 0) return undefined;
  return findProjectBySlugs(store, organization, slug);
}

const projectById = prepared((store, { id }: { id: string }) =>
  selectProject(store).where("projects.id", "=", id),
);

export async function findProjectById(store: Reader, id: string): Promise<PlacedProject | undefined> {
  return (await projectById(store, { id }))[0];
}

const projectBySlugs = prepared((store, named: { organizationSlug: string; slug: string }) =>
  selectProject(store)
    .where("organizations.slug", "=", named.organizationSlug)
    .where("projects.slug", "=", named.slug),
);

export async function findProjectBySlugs(
  store: Reader,
  organizationSlug: string,
  slug: string,
): Promise<PlacedProject | undefined> {
  return (await projectBySlugs(store, { organizationSlug, slug }))[0];
}
