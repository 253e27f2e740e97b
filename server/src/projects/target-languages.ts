import type { Reader } from "../context.ts";
import { selectLanguages } from "./store.ts";

/** The codes of the target languages of projects, by project. */
export async function targetLanguagesOf(
  store: Reader,
  projects: readonly { id: string; sourceLanguage: string }[],
): Promise<Map<string, string[]>> {
  if (projects.length === 0) return new Map();
  const sources = new Map(projects.map((project) => [project.id, project.sourceLanguage]));
  const codes = new Map<string, string[]>();
  for (const { projectId, code } of await selectLanguages(store, [...sources.keys()])) {
    if (code === sources.get(projectId)) continue;
    codes.set(projectId, [...(codes.get(projectId) ?? []), code]);
  }
  return codes;
}
