/** The words of RFC 2119 that oblige somebody; MAY and OPTIONAL oblige nobody and have no row. */
export type Level =
  | "MUST"
  | "MUST NOT"
  | "REQUIRED"
  | "SHALL"
  | "SHOULD"
  | "SHOULD NOT"
  | "RECOMMENDED"
  | "NOT RECOMMENDED";

/** Either tests carry the proof, named by the `[id]` in their titles, or a sentence says why none is owed. */
type Answer =
  | { readonly provenBy: readonly [string, ...string[]]; readonly notApplicable?: never }
  | { readonly notApplicable: string; readonly provenBy?: never };

type Entry = {
  /** Section and running number in it: "3.1-2" is the second row of section 3.1. */
  readonly at: `${string}-${number}`;
  readonly level: Level;
  /** What it asks of the server, in our words. */
  readonly requirement: string;
  /** Where the proof is narrower than the sentence, what is left out and why. */
  readonly note?: string;
} & Answer;

export type Requirement = Omit<Entry, "at"> &
  Answer & { readonly id: string; readonly rfc: Source; readonly section: string };

/**
 * The number of an RFC, or a name: `cimd` for draft-ietf-oauth-client-id-metadata-document, `mcp` for what MCP's authorization
 * asks of an authorization server, `mcp-server` for what MCP asks of a server over HTTP, `mcp-stdio` for one on stdin and stdout.
 */
type Source = number | "cimd" | "mcp" | "mcp-server" | "mcp-stdio";

/** Rows of one source, each with its id ("rfc6749-3.1-2"). Requirements on clients alone are left out. */
export function requirementsOf(rfc: Source, entries: readonly Entry[]): Requirement[] {
  return entries.map(({ at, ...entry }) => ({
    ...entry,
    id: `${typeof rfc === "number" ? `rfc${rfc}` : rfc}-${at}`,
    rfc,
    section: at.slice(0, at.lastIndexOf("-")),
  }));
}
