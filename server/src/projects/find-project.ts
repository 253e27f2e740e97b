import type { Reader } from "../context.ts";
import { type Project, selectProject } from "./store.ts";

export type { Project };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** By UUID or `org/slug`; undefined when there is none, or it or its organization was deleted. */
export async function findProject(store: Reader, reference: string): Promise<Project | undefined> {
  if (UUID.test(reference)) return findProjectById(store, reference.toLowerCase());
  const [organization, slug, ...rest] = reference.split("/");
  if (!organization || !slug || rest.length > 0) return undefined;
  return findProjectBySlugs(store, organization, slug);
}

export function findProjectById(store: Reader, id: string): Promise<Project | undefined> {
  return selectProject(store).where("projects.id", "=", id).executeTakeFirst();
}

export function findProjectBySlugs(
  store: Reader,
  organizationSlug: string,
  slug: string,
): Promise<Project | undefined> {
  return selectProject(store)
    .where("organizations.slug", "=", organizationSlug)
    .where("projects.slug", "=", slug)
    .executeTakeFirst();
}
