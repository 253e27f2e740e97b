/** What the address says about which changes to list. */
export interface Search {
  via?: string;
  language?: string;
}

/** Reads the address; what is not known or empty is left out. */
export function readSearch(raw: Record<string, unknown>): Search {
  return {
    ...(raw.via ? { via: String(raw.via) } : {}),
    ...(raw.language ? { language: String(raw.language) } : {}),
  };
}
