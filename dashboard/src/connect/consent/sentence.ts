/** A piece of a sentence: plain words, a verb that stands out, or a name somebody chose. */
export type Piece = string | { verb: string; production?: boolean } | { name: string };

interface PickedOrganization {
  name: string;
  projects: "all" | number;
}

/** The whole of a consent in one sentence: who will do what, where, and what stays impossible. */
export function consentSentence(
  app: string,
  scopes: readonly string[],
  organizations: readonly PickedOrganization[],
): Piece[] {
  const where = organizations.map(({ name, projects }) => [{ name }, ` (${count(projects)})`]);
  return [{ name: app }, " will ", ...abilities(scopes), " in ", ...list(where), ". ", limit(scopes)];
}

/** "read keys and write drafts of translations": to be put after "will" or "can". */
export function abilities(scopes: readonly string[]): Piece[] {
  const parts = scopes.map((scope) => scope.split(":") as [noun: string, verb?: string]);
  const nouns = (matches: (noun: string, verb: string | undefined) => boolean) =>
    parts.filter(([noun, verb]) => matches(noun, verb)).map(([noun]) => [NOUN[noun] ?? noun]);
  const clauses: [verb: string, nouns: string[][], production?: boolean][] = [
    ["read", nouns((_, verb) => verb === "read")],
    ["change", nouns((noun, verb) => verb === "write" && !DRAFTED.has(noun))],
    ["write drafts", nouns((noun, verb) => verb === "write" && DRAFTED.has(noun))],
    ["publish", nouns((_, verb) => verb === "publish"), true],
    ["use", nouns((_, verb) => !["read", "write", "publish"].includes(verb ?? ""))],
  ];
  const spoken = clauses
    .filter(([, things]) => things.length > 0)
    .map(([verb, things, production]): Piece[] => [
      production ? { verb, production } : { verb },
      verb === "write drafts" ? " of " : " ",
      ...list(things),
    ]);
  return list(spoken, spoken.some((clause) => clause.length > 3) ? ", and " : undefined);
}

/** The sentence as plain text. */
export function plain(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (typeof piece === "string" ? piece : "verb" in piece ? piece.verb : piece.name))
    .join("");
}

function limit(scopes: readonly string[]): string {
  if (scopes.some((scope) => scope.endsWith(":publish"))) return "What it publishes is live at once.";
  if (scopes.every((scope) => scope.endsWith(":read"))) return "It cannot change or publish anything.";
  return "It cannot publish.";
}

function count(projects: "all" | number): string {
  return projects === "all" ? "all projects" : projects === 1 ? "1 project" : `${projects} projects`;
}

function list(items: readonly (readonly Piece[])[], last = " and "): Piece[] {
  return items.flatMap((item, index) => {
    if (index === 0) return [...item];
    return [index === items.length - 1 ? last : ", ", ...item];
  });
}

/** Written as drafts: not live until somebody publishes. */
const DRAFTED = new Set(["translations", "content"]);

const NOUN: Record<string, string> = { org: "organization details", glossary: "the glossary" };
