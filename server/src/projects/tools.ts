import type { ToolOutput } from "@parlance/contract/tools";
import type { PlacedProject, Reach, ReadCall, ToolHandlers } from "../context.ts";
import type { NamespaceTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { describeProject, filePattern } from "./describe-project.ts";
import { languagesOf, needLanguage } from "./languages.ts";
import { namespacesNamed } from "./namespaces.ts";
import { needScope } from "./need-scope.ts";
import { selectProjects } from "./store.ts";
import { targetLanguagesOf } from "./target-languages.ts";

/** What one answer lists; the rest is found by its name. */
const MOST_PROJECTS = 500;
const MOST_ORGANIZATIONS = 250;

type ProjectItem = ToolOutput<"listProjects">["projects"][number];

/** What existing clients expect of a project that does not have it. */
const NO_CONTEXT =
  "This project has no glossary, no instructions and no index of similar texts. To see how something was translated before, use getTranslations with search.";

export const projectTools: ToolHandlers<"listProjects" | "getProject" | "getTranslationContext"> = {
  async listProjects(call) {
    const projects: ProjectItem[] = [];
    for (const reach of await readableReaches(call)) {
      const room = MOST_PROJECTS + 1 - projects.length;
      if (room > 0) projects.push(...(await projectsIn(call, reach, room)));
    }
    const isCut = projects.length > MOST_PROJECTS;
    return {
      cdnBaseUrl: call.config.CDN_URL,
      projects: projects.slice(0, MOST_PROJECTS),
      ...(isCut && { note: `Only the first ${MOST_PROJECTS} projects. Others can be named all the same.` }),
    };
  },

  async getProject(call) {
    const project = await describeProject(call, call.project);
    const { sourceLanguage, keyCount, fileStructure, keyFormat, cdn } = project;
    const targets = project.languages.filter(({ isSource }) => !isSource);
    const examples = targets.slice(0, 3).map(({ code }) => cdn.pattern.replace("{locale}", code));
    return {
      prj: slugOf(call.project),
      sl: sourceLanguage,
      nss: await describeNamespaces(call, project.namespaces),
      lng: targets.map(({ code }) => code),
      tk: keyCount,
      cov: Object.fromEntries(
        project.languages.map(({ code, translated: tr, coverage: pct }) => [code, { tr, pct }]),
      ),
      cdn: {
        ...{ base: cdn.base, mfst: cdn.manifest, pat: filePattern(cdn.base), ex: examples },
        ...{ fs: fileStructure, kf: keyFormat, baseUrl: cdn.base, manifestUrl: cdn.manifest },
      },
      name: project.name,
      slug: slugOf(call.project),
      sourceLanguageCode: sourceLanguage,
      keyCount,
      namespaces: project.namespaces.map(({ name, keyCount: count }) => ({ name, keyCount: count })),
      languages: project.languages.map(({ code, name, status, coverage }) => ({
        ...{ code, name, status, coverage },
      })),
    };
  },

  async getTranslationContext({ store, project }, { languages = [] }) {
    const known = await languagesOf(store, project.id);
    for (const [index, code] of languages.entries()) {
      const canonical = needLanguage(code, `/languages/${index}`);
      if (!known.has(canonical)) {
        throw new ApiError("not_found", `The project has no language ${canonical}.`);
      }
    }
    const tgt = [...known.keys()].filter((code) => code !== project.sourceLanguage);
    const none = { inst: null, ctx: null, gl: [], glt: 0 };
    return { prj: slugOf(project), src: project.sourceLanguage, tgt, ...none, hint: NO_CONTEXT };
  },
};

/** A project as tools name it. */
export function slugOf({ organizationSlug, slug }: Pick<PlacedProject, "organizationSlug" | "slug">): string {
  return `${organizationSlug}/${slug}`;
}

/** What is known of a namespace is read with its keys, and so needs `keys:read`. */
async function describeNamespaces(
  { store, reach, project }: ReadCall & { reach: Reach; project: PlacedProject },
  namespaces: readonly { name: string; keyCount: number }[],
): Promise<ToolOutput<"getProject">["nss"]> {
  const names = namespaces.map(({ name }) => name);
  const rows = reach.scopes.includes("keys:read") ? await namespacesNamed(store, project.id, names) : [];
  const known = new Map(rows.map((row) => [row.name, row]));
  return namespaces.map(({ name, keyCount }) => {
    const row = known.get(name);
    return { nm: name, kc: keyCount, desc: row?.description ?? null, ctx: row ? contextOf(row) : null };
  });
}

function contextOf({ team, domain, aiPrompt, tags }: NamespaceTable) {
  const tg = JSON.parse(tags) as string[];
  const context = {
    ...(team !== null && { t: team }),
    ...(domain !== null && { d: domain }),
    ...(aiPrompt !== null && { ap: aiPrompt }),
    ...(tg.length > 0 && { tg }),
  };
  return Object.keys(context).length > 0 ? context : null;
}

/** Where the caller may read projects. Throws `missing_scope` when that is nowhere, so that no list is empty for want of it. */
async function readableReaches(call: ReadCall): Promise<Reach[]> {
  const { caller, store } = call;
  const organizations = await caller.organizations(store, { after: undefined, limit: MOST_ORGANIZATIONS });
  const reaches = await Promise.all(organizations.map(({ id }) => caller.reachIn(store, id)));
  const readable = reaches.filter(({ scopes }) => scopes.includes("projects:read"));
  const [first] = reaches;
  if (readable.length === 0 && first) needScope(first, "projects:read");
  return readable;
}

async function projectsIn(call: ReadCall, reach: Reach, limit: number): Promise<ProjectItem[]> {
  const rows = await selectProjects(call.store, {
    organizationId: reach.organization.id,
    ids: reach.projects,
    afterSlug: undefined,
    limit,
  });
  const targets = await targetLanguagesOf(call.store, rows);
  return rows.map((row) => ({
    id: row.id,
    slug: slugOf(row),
    name: row.name,
    organizationName: reach.organization.name,
    sourceLanguage: row.sourceLanguage,
    targetLanguages: targets.get(row.id) ?? [],
    cdnFormat: filePattern(`${call.config.CDN_URL}/${slugOf(row)}`),
    fileStructure: row.fileStructure,
    keyFormat: row.keyFormat,
  }));
}
