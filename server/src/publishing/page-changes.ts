import type { FieldError } from "@parlance/contract/errors";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import type { Change } from "./contents.ts";

export interface Differences {
  language: string;
  added: number;
  changed: number;
  removed: number;
}

export interface ChangesPage {
  languages: Differences[];
  items: Change[];
  nextCursor: string | null;
}

/**
 * Counts the changes of each language and cuts one page out of them. Only one language is in memory at a time.
 *
 * @param codes the languages that may differ, in order
 */
export async function pageOfChanges(
  codes: readonly string[],
  changesOf: (code: string) => Promise<readonly Change[]>,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<ChangesPage> {
  const [from = "", offset = 0] = (decodeCursor(cursor, ["string", "number"]) ?? []) as [string?, number?];
  const page: ChangesPage = { languages: [], items: [], nextCursor: null };
  for (const code of codes) {
    const changes = await changesOf(code);
    if (changes.length === 0) continue;
    page.languages.push(countChanges(code, changes));
    if (code < from || page.nextCursor !== null) continue;
    const start = code === from ? Math.max(0, offset) : 0;
    const shown = changes.slice(start, start + limit - page.items.length);
    page.items.push(...shown);
    const rest = start + shown.length < changes.length;
    if (rest) page.nextCursor = encodeCursor([code, start + shown.length]);
  }
  return page;
}

/** Those of `codes` that an input asks for. Throws `not_found` for a language that is not among them. */
export function chosenLanguages(codes: readonly string[], asked: string | undefined): readonly string[] {
  if (asked === undefined) return codes;
  const code = canonicalLanguage(asked);
  if (code !== undefined && codes.includes(code)) return [code];
  throw new ApiError("not_found", `There is no language ${asked.slice(0, 35)} here.`, {
    errors: [unknownLanguage("/language", asked)],
  });
}

function unknownLanguage(pointer: string, found: string): FieldError {
  return { pointer, code: "unknown_language", expected: "a language of the project", found };
}

function countChanges(language: string, changes: readonly Change[]): Differences {
  const counts = { language, added: 0, changed: 0, removed: 0 };
  for (const { before, after } of changes) {
    if (before === null) counts.added++;
    else if (after === null) counts.removed++;
    else counts.changed++;
  }
  return counts;
}
