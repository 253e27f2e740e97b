/** What a ready-made link to the form fills in. */
export interface RegisterSearch {
  name?: string;
  redirectUri?: string;
}

/** What is no text is left out; the router has read texts that look like numbers as such. */
export function readRegisterSearch(raw: Record<string, unknown>): RegisterSearch {
  const found: RegisterSearch = {};
  for (const field of ["name", "redirectUri"] as const) {
    const value = raw[field];
    if (typeof value === "string" || typeof value === "number") found[field] = String(value);
  }
  return found;
}
