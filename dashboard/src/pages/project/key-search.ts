import type { Request as Sent } from "@parlance/contract/operations";

/** What the address says about the table of keys. */
export interface Search {
  q?: string;
  namespace?: string;
  tag?: string;
  state?: keyof typeof STATES | "";
  /** Codes of the target languages shown, with commas between. */
  languages?: string;
}

type Asked = Omit<Sent<"keys.list">, "cursor" | "limit">;

/** Ways to narrow the keys by what the first shown language has for them. */
export const STATES = {
  missing: { label: "Missing", ask: (language: string): Partial<Asked> => ({ missing: language }) },
  outdated: {
    label: "Outdated",
    ask: (language: string): Partial<Asked> => ({ outdated: "true", language }),
  },
  draft: { label: "Draft", ask: (language: string): Partial<Asked> => ({ status: "draft", language }) },
  reviewed: {
    label: "Reviewed",
    ask: (language: string): Partial<Asked> => ({ status: "reviewed", language }),
  },
  approved: {
    label: "Approved",
    ask: (language: string): Partial<Asked> => ({ status: "approved", language }),
  },
} as const;

/** Reads the address; what is not known is left out. */
export function readSearch(raw: Record<string, unknown>): Search {
  const found: Search = {};
  for (const field of ["q", "namespace", "tag", "languages"] as const) {
    if (raw[field]) found[field] = String(raw[field]);
  }
  const state = String(raw.state ?? "");
  if (Object.hasOwn(STATES, state)) found.state = state as keyof typeof STATES;
  return found;
}

/** What to ask the server for. */
export function asked(projectId: string, search: Search, language: string | undefined): Asked {
  const { q, namespace, tag, state } = search;
  return {
    projectId,
    ...(q && { q }),
    ...(namespace && { namespace }),
    ...(tag && { tag }),
    ...(state && language && STATES[state].ask(language)),
  };
}
