import type { LanguageTable } from "../database/schema.ts";
import type { Fault } from "../keys/faults.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { notALanguage } from "../projects/languages.ts";

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

/** Length is counted in characters as people see them in most scripts: Unicode code points. */
export function findLengthFault(text: string, maxLength: number | null, pointer: string): Fault | undefined {
  if (maxLength === null || text.length <= maxLength) return undefined;
  const { length } = [...text];
  if (length <= maxLength) return undefined;
  return { pointer, code: "too_long", expected: `at most ${maxLength} characters`, found: String(length) };
}
