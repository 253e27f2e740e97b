import type { FieldError } from "@parlance/contract/errors";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import type { Change, ChangeReader, Differences } from "./change.ts";

export interface ChangesPage {
  languages: Differences[];
  items: Change[];
  nextCursor: string | null;
}

/**
 * Counts the changes of each language and reads one page of them. The changes of languages that are not on the page are
 * only counted. Throws `invalid_request` for a cursor that is not ours.
 *
 * @param codes the languages that may differ, in order
 */
export async function readPageOfChanges(
  codes: readonly string[],
  reader: ChangeReader,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<ChangesPage> {
  const decoded = decodeCursor(cursor, ["string", "number", "string"]) ?? [];
  const [from = "", offset = 0, keyId = ""] = decoded as [string?, number?, string?];
  const page: ChangesPage = { languages: [], items: [], nextCursor: null };
  for (const code of codes) {
    const { language, added, changed, removed } = await reader.summary(code);
    const count = added + changed + removed;
    if (count === 0) continue;
    page.languages.push({ language, added, changed, removed });
    const after = code === from ? { offset: Math.max(0, offset), keyId } : { offset: 0, keyId: "" };
    if (code < from || page.nextCursor !== null || after.offset >= count) continue;
    const room = limit - page.items.length;
    const part = room > 0 ? await reader.page(code, after, room) : { items: [], keyId: after.keyId };
    page.items.push(...part.items);
    const shown = after.offset + room;
    if (shown < count) page.nextCursor = encodeCursor([code, shown, part.keyId]);
  }
  return page;
}

/** All of `codes`, or the one that the input names. Throws `not_found` for a language that is not among them. */
export function chooseLanguages(codes: readonly string[], input: string | undefined): readonly string[] {
  if (input === undefined) return codes;
  const code = canonicalLanguage(input);
  if (code !== undefined && codes.includes(code)) return [code];
  throw new ApiError("not_found", `There is no language ${input.slice(0, 35)} here.`, {
    errors: [unknownLanguage("/language", input)],
  });
}

function unknownLanguage(pointer: string, found: string): FieldError {
  return { pointer, code: "unknown_language", expected: "a language of the project", found };
}
