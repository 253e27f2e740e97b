import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Request as Sent } from "@parlance/contract/operations";

/** What the address says about what to publish, and where to. */
export interface Search {
  channel?: string;
  /** Codes and names with commas between; all without. */
  languages?: string;
  namespaces?: string;
}

/** One text, as a plan names it. */
export interface Text {
  language: string;
  namespace: string;
  name: string;
}

type PlanRequest = Sent<"plans.create">;

export function wordsIn(list: string | undefined): string[] {
  return [...new Set((list ?? "").split(","))].filter(Boolean);
}

/** The request for a plan: texts that were picked one by one, or a part of the project, or all of it. */
export function requestOf(projectId: string, search: Search, picked: Text[]): PlanRequest {
  const languages = wordsIn(search.languages);
  const namespaces = wordsIn(search.namespaces);
  const values = picked.map(({ language, namespace, name }) => ({ key: { namespace, name }, language }));
  const filter = {
    ...(values.length > 0 && { values }),
    ...(values.length === 0 && languages.length > 0 && { languages }),
    ...(values.length === 0 && namespaces.length > 0 && { namespaces }),
  };
  const channel = search.channel ?? DEFAULT_CHANNEL;
  return { projectId, channel, ...(Object.keys(filter).length > 0 && { filter }) };
}
