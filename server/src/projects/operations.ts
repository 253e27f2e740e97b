import type { Call, Handlers, Reach } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { changeProject } from "./change-project.ts";
import { createProject } from "./create-project.ts";
import { describeProject, summaryOf } from "./describe-project.ts";
import { addLanguage, countAllKeys, removeLanguage, toLanguage, updateLanguage } from "./languages.ts";
import { namespaceHandlers } from "./namespaces.ts";
import { needScope } from "./need-scope.ts";
import { type Language, selectLanguages, selectProjects, updateProjectRow } from "./store.ts";
import { lockProject } from "./write-lock.ts";

export const projectHandlers: Handlers<
  | "projects.list"
  | "projects.create"
  | "projects.get"
  | "projects.update"
  | "projects.delete"
  | "languages.add"
  | "languages.update"
  | "languages.remove"
  | "namespaces.list"
  | "namespaces.delete"
> = {
  ...namespaceHandlers,

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

  async "projects.create"(call, { organizationId, ...input }) {
    const reach = await reachForCreation(call, organizationId);
    const project = await createProject(call, reach, input);
    call.note({ organizationId: reach.organization.id, target: project.id, slug: project.slug });
    return describeProject(call, project);
  },

  "projects.get": (call) => describeProject(call, call.project),

  async "projects.update"(call, fields) {
    return describeProject(call, await changeProject(call, call.project, fields));
  },

  /** Grants that chose it keep its id, which reaches nothing any more. */
  async "projects.delete"(call) {
    await lockProject(call, call.project);
    await updateProjectRow(call.store, call.project.id, { deletedAt: call.now });
    call.note({ slug: call.project.slug });
  },

  async "languages.add"(call, input) {
    const language = await addLanguage(call, call.project, call.reach.organization.slug, input);
    return describeLanguage(call, call.project, language);
  },

  async "languages.update"(call, input) {
    return describeLanguage(call, call.project, await updateLanguage(call, call.project, input));
  },

  async "languages.remove"(call, { code }) {
    const language = await removeLanguage(call, call.project, call.reach.organization.slug, code);
    call.note({ language });
  },
};

async function describeLanguage(call: Call, project: ProjectTable, language: Language) {
  call.note({ language: language.code, status: language.status });
  return toLanguage(language, project, await countAllKeys(call.store, project.id));
}

/** A token knows its organization; a person names one, and the role there has to hold the scope. */
async function reachForCreation({ caller, store }: Call, organizationId: string | undefined): Promise<Reach> {
  if (organizationId === undefined) {
    if (caller.home) return caller.home;
    throw new ApiError("invalid_request", "The field /organizationId is missing.", {
      errors: [{ pointer: "/organizationId", code: "required", expected: "the organization's id" }],
    });
  }
  const reach = await caller.reachIn(store, organizationId);
  needScope(reach, "projects:write");
  return reach;
}

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
