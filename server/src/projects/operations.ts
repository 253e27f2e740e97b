import type { Call, Handlers } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { changeProject } from "./change-project.ts";
import { createProject } from "./create-project.ts";
import { describeProject, summaryOf } from "./describe-project.ts";
import { selectLanguages, selectProjects, updateProjectRow } from "./store.ts";
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
    const targets = await targetLanguages(call, rows);
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

async function targetLanguages(
  call: Call,
  projects: { id: string; sourceLanguage: string }[],
): Promise<Map<string, string[]>> {
  if (projects.length === 0) return new Map();
  const sources = new Map(projects.map((project) => [project.id, project.sourceLanguage]));
  const codes = new Map<string, string[]>();
  for (const { projectId, code } of await selectLanguages(call.store, [...sources.keys()])) {
    if (code === sources.get(projectId)) continue;
    codes.set(projectId, [...(codes.get(projectId) ?? []), code]);
  }
  return codes;
}
