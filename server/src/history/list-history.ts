import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, ReadCall } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { needLanguage } from "../projects/languages.ts";
import { KEY_ITSELF } from "./record-changeset.ts";
import { hasKey, selectHistory } from "./store.ts";
import { toChangeset, toState } from "./view.ts";

/** Every state of a value, or of a key itself where no language is named, the last first. Throws `not_found`. */
export async function listHistory(
  { store }: ReadCall,
  project: PlacedProject,
  { keyId, language, limit, cursor }: Input<"values.history">,
): Promise<Output<"values.history">> {
  const id = keyId.toLowerCase();
  if (!(await hasKey(store, project.id, id))) {
    throw new ApiError("not_found", `The project has no key ${keyId}.`);
  }
  const of = { keyId: id, language: language ? needLanguage(language, "/language") : KEY_ITSELF };
  const [before] = (decodeCursor(cursor, ["number"]) ?? []) as number[];
  const rows = await selectHistory(store, of, { before, limit: limit + 1 });
  return toPage(
    rows,
    limit,
    (row) => ({ ...toState(row), changeset: toChangeset(row) }),
    (row) => [row.revision],
  );
}
