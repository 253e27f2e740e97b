import type { FieldError } from "@parlance/contract/errors";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import type { Change } from "./contents.ts";
import type { ChangeReader, Differences } from "./remembered.ts";

export interface ChangesPage {
  languages: Differences[];
  items: Change[];
  nextCursor: string | null;
}

/**
 * Counts the changes of each language and cuts one page out of them. Only the languages of the page are read.
 *
 * @param codes the languages that may differ, in order
 */
export async function pageOfChanges(
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
    const cut = room > 0 ? await reader.page(code, after, room) : { items: [], keyId: after.keyId };
    page.items.push(...cut.items);
    const shown = after.offset + room;
    if (shown < count) page.nextCursor = encodeCursor([code, shown, cut.keyId]);
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
