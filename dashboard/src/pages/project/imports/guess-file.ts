import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { type FileFormat, guessFormat } from "@parlance/contract/formats";
import { canonical } from "../../../parts/language-search.ts";
import { languageName } from "../../../parts/words.ts";
import type { Project } from "../use-project.ts";

export interface Guess {
  format: FileFormat;
  /** One of the project's languages; null when the name holds none of them. */
  language: string | null;
  /** A language that the name holds and the project does not have. */
  unknownLanguage: string | null;
  namespace: string;
}

/** How many bytes of a file are read to guess what it is. */
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
    format: guessFormat(fileName, { text: head, namespaces: known }),
    language,
    unknownLanguage: language ? null : codeIn(base),
    namespace: known.find((name) => name.replace(/[._-]+/g, " ") === rest) ?? DEFAULT_NAMESPACE,
  };
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
