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

async function withGerman(scene: Scene): Promise<string> {
  const { id } = await scene.addProject(scene.people.owner, scene.organization);
  const path = `/api/oauth-client/v1/projects/${id}/languages`;
  await answered(scene.people.owner.browser.post(path, { code: "de" }));
  return id;
}

export function fresh(): string {
  return newId("t").toLowerCase().replace("_", "-");
}
