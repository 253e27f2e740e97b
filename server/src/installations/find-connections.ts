import type { Reader } from "../context.ts";
import { type ConnectionRow, selectConnections, selectGrantProjects } from "./store.ts";

export interface Connection extends ConnectionRow {
  /** The projects of a limited grant; a deleted one has no name. */
  projects: { id: string; name: string | null }[];
}

/** Live grants of one person or one organization, newest first, with the projects they are limited to. */
export async function findConnections(
  store: Reader,
  filter: { userId: string } | { organizationId: string },
  after: (string | number)[] | undefined,
  limit: number,
): Promise<Connection[]> {
  const rows = await selectConnections(store, filter, after, limit);
  const limited = rows.filter((row) => row.projectAccess === "chosen").map((row) => row.id);
  const projects = await selectGrantProjects(store, limited);
  return rows.map((row) => ({
    ...row,
    projects: projects.filter((project) => project.grantId === row.id).map(({ id, name }) => ({ id, name })),
  }));
}
