import type { Request as Sent } from "@parlance/contract/operations";
import type { STATE_NAMES } from "./read-search.ts";

/** What the address says about the table of keys. */
export interface Search {
  q?: string;
  namespace?: string;
  tag?: string;
  state?: (typeof STATE_NAMES)[number] | "";
  /** The language whose texts have the state; the first shown one without it. */
  in?: string;
  /** Codes of the target languages shown, with commas between; all without it. */
  languages?: string;
}

type ListRequest = Omit<Sent<"keys.list">, "cursor" | "limit">;

/** Ways to narrow the keys by what a language has for them. */
export const STATES = {
  missing: { label: "Missing", narrow: (language: string): Partial<ListRequest> => ({ missing: language }) },
  outdated: {
    label: "Outdated",
    narrow: (language: string): Partial<ListRequest> => ({ outdated: "true", language }),
  },
  draft: {
    label: "Draft",
    narrow: (language: string): Partial<ListRequest> => ({ status: "draft", language }),
  },
  reviewed: {
    label: "Reviewed",
    narrow: (language: string): Partial<ListRequest> => ({ status: "reviewed", language }),
  },
  approved: {
    label: "Approved",
    narrow: (language: string): Partial<ListRequest> => ({ status: "approved", language }),
  },
} as const satisfies Record<(typeof STATE_NAMES)[number], unknown>;

/** The target languages to show: those of the address that the project has, in its order, or all of them. */
export function shownLanguages(targets: string[], { languages = "" }: Search): string[] {
  const shown = [...new Set(languages.split(","))].filter((code) => targets.includes(code));
  return shown.length > 0 ? shown : targets;
}

/** The request for the keys to show; a state without a language of its own is that of `language`. */
export function requestOf(projectId: string, search: Search, language: string): ListRequest {
  const { q, namespace, tag, state } = search;
  return {
    projectId,
    ...(q && { q }),
    ...(namespace && { namespace }),
    ...(tag && { tag }),
    ...(state && STATES[state].narrow(search.in || language)),
  };
}
