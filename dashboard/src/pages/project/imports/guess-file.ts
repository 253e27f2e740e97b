import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { canonical } from "../../../parts/language-search.ts";
import { languageName } from "../../../parts/words.ts";
import type { Project } from "../use-project.ts";

export type Format = "json_flat" | "json_nested" | "json_namespaces" | "ndjson";

export interface Guess {
  format: Format;
  /** One of the project's languages; null when the name tells none of them. */
  language: string | null;
  /** A language that the name tells and the project does not have. */
  unknownLanguage: string | null;
  namespace: string;
}

/** So much of a file is read to guess what it is. */
export const HEAD_BYTES = 64 * 1024;

/** What a file seems to be, by its name and its beginning. A guess: people see it and correct it. */
export function guessFile(
  fileName: string,
  head: string,
  { languages, namespaces }: Pick<Project, "languages" | "namespaces">,
): Guess {
  const base = fileName.replace(/\.[^.]*$/, "");
  const known = namespaces.map(({ name }) => name);
  const codes = languages.map(({ code }) => code).sort((one, other) => other.length - one.length);
  const language = codes.find((code) => standsIn(code).test(base)) ?? null;
  const rest = (language ? base.replace(standsIn(language), " ") : base).replace(/[\s._-]+/g, " ").trim();
  return {
    format: guessFormat(fileName, head, known),
    language,
    unknownLanguage: language ? null : codeIn(base),
    namespace: known.find((name) => name.replace(/[._-]+/g, " ") === rest) ?? DEFAULT_NAMESPACE,
  };
}

function guessFormat(fileName: string, head: string, namespaces: string[]): Format {
  if (/\.(ndjson|jsonl)$/i.test(fileName) || isKeyPerLine(head)) return "ndjson";
  const members = topMembers(head);
  if (members.some(({ kind }) => kind === "string")) {
    return members.every(({ kind }) => kind === "string") ? "json_flat" : "json_nested";
  }
  const areNamespaces = members.length > 0 && members.every(({ name }) => namespaces.includes(name));
  return areNamespaces ? "json_namespaces" : "json_nested";
}

/** Whether the first line is a whole object that names a key. */
function isKeyPerLine(head: string): boolean {
  try {
    const [line = ""] = head
      .replace(/^\uFEFF/, "")
      .trimStart()
      .split("\n", 1);
    return typeof JSON.parse(line).key === "string" && head.trimEnd().includes("\n");
  } catch {
    return false;
  }
}

interface Member {
  name: string;
  kind: "string" | "object" | "other";
}

/** The members of the outermost object as far as the text goes; the text may end anywhere. */
function topMembers(text: string): Member[] {
  const members: Member[] = [];
  const token = /"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?$)\s*(:?)\s*(["{[]?)|[{}[\]]/gs;
  let depth = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [whole, name, colon, next] = found;
    if (name === undefined) depth += whole === "{" || whole === "[" ? 1 : -1;
    else if (colon && depth === 1) {
      members.push({ name, kind: next === '"' ? "string" : next === "{" ? "object" : "other" });
    }
    // What follows the colon is looked at once more, as a token of its own.
    if (name !== undefined && next) token.lastIndex -= 1;
  }
  return members;
}

/** "de", "pt-BR" or "pt_br" between other signs. */
function standsIn(code: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${code.replace(/-/g, "[-_]")}(?![\\p{L}\\p{N}])`, "iu");
}

/** A language code that makes up the name or its end: "fr", "messages.fr". */
function codeIn(base: string): string | null {
  const last = base.split(/[.\s]/).at(-1) ?? "";
  const code = /^[a-z]{2}([-_][a-z]{2,4})?$/i.test(last) ? canonical(last) : null;
  return code && languageName(code) ? code : null;
}
