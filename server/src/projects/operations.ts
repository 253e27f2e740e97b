import type { Handlers } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { changeProject } from "./change-project.ts";
import { createProject } from "./create-project.ts";
import { describeProject, summaryOf } from "./describe-project.ts";
import { selectProjects, updateProjectRow } from "./store.ts";
import { targetLanguagesOf } from "./target-languages.ts";
import { lockProject } from "./write-lock.ts";

export const projectHandlers: Handlers<
  "projects.list" | "projects.create" | "projects.get" | "projects.update" | "projects.delete"
> = {
  async "projects.list"(call, { limit, cursor }) {
    const [afterSlug] = decodeCursor(cursor, ["string"]) ?? [];
    const rows = await selectProjects(call.store, {
      organizationId: call.reach.organization.id,
      ids: call.reach.projects,
      afterSlug: afterSlug as string | undefined,
      limit: limit + 1,
    });
    const targets = await targetLanguagesOf(call.store, rows);
    return toPage(
      rows,
      limit,
      (project) => ({ ...summaryOf(project), languages: targets.get(project.id) ?? [] }),
      (project) => [project.slug],
    );
  },

  async "projects.create"(call, { organizationId: _, ...input }) {
    const project = await createProject(call, call.reach, input);
    call.note({ target: project.id, slug: project.slug });
    return describeProject(call, project);
  },

  "projects.get": (call) => describeProject(call, call.project),

  async "projects.update"(call, fields) {
    return describeProject(call, await changeProject(call, call.project, fields));
  },

  /** Grants that chose the project keep its id, which no longer reaches anything. */
  async "projects.delete"(call) {
    await lockProject(call, call.project);
    await updateProjectRow(call.store, call.project.id, { deletedAt: call.now });
    call.note({ slug: call.project.slug });
  },
};
