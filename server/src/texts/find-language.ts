import type { LanguageTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { needLanguage, notALanguage } from "../projects/languages.ts";
import type { Fault } from "./faults.ts";

/** The project's language that a code in any spelling means. Throws `invalid_request` or `not_found` with the code. */
export function needLanguageOf(
  languages: ReadonlyMap<string, LanguageTable>,
  code: string,
  pointer: string,
): string {
  const canonical = needLanguage(code, pointer);
  if (languages.has(canonical)) return canonical;
  throw new ApiError("not_found", `The project has no language ${canonical}.`);
}

/** The project's language that a code in any spelling means, or the fault. */
export function findLanguage(
  languages: ReadonlyMap<string, LanguageTable>,
  code: string,
  pointer: string,
): string | Fault {
  if (languages.has(code)) return code;
  const canonical = canonicalLanguage(code);
  if (canonical === undefined) return { ...notALanguage(pointer, code), code: "invalid_language" };
  if (languages.has(canonical)) return canonical;
  return { pointer, code: "unknown_language", expected: "a language of the project", found: canonical };
}
