import type { ToolName } from "@parlance/contract/tools";
import { newId } from "../../src/platform/crypto.ts";
import { answered, type Scene } from "./scene.ts";

/** One valid call of a tool; `project` is the id of the project that it names. */
export interface ToolTarget {
  project?: string;
  input?: Record<string, unknown>;
}

/**
 * Makes what a valid call needs, anew each time, and asks for no more than the tool's own scope opens. A new tool has to take
 * its place here.
 */
export const TOOL_TARGETS = {
  listProjects: () => ({}),
  getProject: (scene) => inProject(scene),
  proposeLanguages: async (scene) => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    return { project: project.id, input: { languages: [{ languageCode: "de" }] } };
  },
  proposeLanguageEdits: async (scene) => {
    const edits = [{ languageCode: "de", newStatus: "draft" }];
    return { project: await withGerman(scene), input: { edits } };
  },
  deleteLanguages: async (scene) => ({ project: await withGerman(scene), input: { languageCodes: ["de"] } }),
  listKeys: (scene) => inProject(scene, { fields: ["id"] }),
  getTranslations: (scene) => inProject(scene, { languages: ["en"] }),
  createKeys: (scene) => inProject(scene, { k: [{ n: fresh() }] }),
  updateKeys: async (scene) => {
    const id = await newKey(scene);
    return inProject(scene, { t: [{ id, l: "en", t: "Hello there", s: true }] });
  },
  setTranslations: async (scene) => {
    const project = await withGerman(scene);
    const id = await scene.addKey(scene.people.owner, { id: project, slug: "" }, fresh());
    return { project, input: { t: [{ id, t: { de: "Hallo" } }] } };
  },
  deleteKeys: async (scene) => inProject(scene, { keyIds: [await newKey(scene)] }),
  getTranslationContext: (scene) => inProject(scene),
  listTrash: (scene) => inProject(scene),
  restoreKeys: async (scene) => {
    const id = await newKey(scene);
    const path = `/api/oauth-client/v1/projects/${scene.project.id}/keys/delete`;
    await answered(scene.people.owner.browser.post(path, { keys: [{ id }] }));
    return inProject(scene, { keyIds: [id] });
  },
  getPendingChanges: (scene) => inProject(scene),
  publishTranslations: async (scene) => ({ project: await withText(scene) }),
  getSyncs: (scene) => inProject(scene),
  getSync: async (scene) => ({ input: { syncId: (await released(scene)).id } }),
  cancelSync: async (scene) => {
    const { owner } = scene.people;
    const { id } = await scene.addProject(owner, scene.organization);
    const path = `/api/oauth-client/v1/projects/${id}/imports`;
    const request = { format: "json_flat", language: "en", size: 2 };
    const job = await answered<{ id: string }>(owner.browser.post(path, request));
    return { input: { syncId: job.id } };
  },
  planPublish: async (scene) => ({ project: await withText(scene) }),
  publishPlan: async (scene) => {
    const project = await withText(scene);
    return { project, input: { planId: await scene.addPlan(scene.people.owner, { id: project, slug: "" }) } };
  },
  listReleases: (scene) => inProject(scene),
  rollBack: async (scene) => {
    const { project, number } = await released(scene);
    return { project, input: { release: number, channel: "preview" } };
  },
  listChanges: (scene) => inProject(scene),
  getChange: async (scene) => inProject(scene, { changesetId: await changed(scene) }),
  revertChange: async (scene) => inProject(scene, { changesetId: await changed(scene) }),
  importFile: async (scene) => {
    const { id } = await scene.addProject(scene.people.owner, scene.organization);
    return { project: id, input: { format: "json_flat", language: "en", content: "{}", waitMs: 0 } };
  },
} satisfies Record<ToolName, (scene: Scene) => ToolTarget | Promise<ToolTarget>>;

export function toolTargetOf(name: ToolName, scene: Scene): ToolTarget | Promise<ToolTarget> {
  return TOOL_TARGETS[name](scene);
}

function inProject({ project }: Scene, input?: ToolTarget["input"]): ToolTarget {
  return { project: project.id, ...(input && { input }) };
}

function newKey(scene: Scene): Promise<string> {
  return scene.addKey(scene.people.owner, scene.project, fresh());
}

async function withText(scene: Scene): Promise<string> {
  const project = await scene.addProject(scene.people.owner, scene.organization);
  await scene.addKey(scene.people.owner, project, fresh());
  return project.id;
}

async function released(scene: Scene): Promise<{ id: string; number: number; project: string }> {
  const project = await withText(scene);
  const path = `/api/oauth-client/v1/projects/${project}/releases`;
  return {
    ...(await answered<{ id: string; number: number }>(scene.people.owner.browser.post(path, {}))),
    project,
  };
}

/** A change of a text alone, which a writer of texts may take back. */
async function changed(scene: Scene): Promise<string> {
  const id = await newKey(scene);
  const path = `/api/oauth-client/v1/projects/${scene.project.id}/values`;
  const values = [{ key: { id }, language: "en", text: fresh() }];
  const { changesetId } = await answered<{ changesetId: string }>(
    scene.people.owner.browser.post(path, { values }),
  );
  return changesetId;
}

async function withGerman(scene: Scene): Promise<string> {
  const { id } = await scene.addProject(scene.people.owner, scene.organization);
  const path = `/api/oauth-client/v1/projects/${id}/languages`;
  await answered(scene.people.owner.browser.post(path, { code: "de" }));
  return id;
}

export function fresh(): string {
  return newId("t").toLowerCase().replace("_", "-");
}
