import type { Input, Output } from "@parlance/contract/operations";
import type { Reader } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { findImport } from "./find-import.ts";
import { selectProblems } from "./store.ts";

/** What was wrong with rows of an import, in their order. Throws `not_found` when the project has no such import. */
export async function listProblems(
  store: Reader,
  projectId: string,
  { importId, limit, cursor }: Input<"imports.problems">,
): Promise<Output<"imports.problems">> {
  const { id } = await findImport(store, projectId, importId);
  const [after = 0] = (decodeCursor(cursor, ["number"]) ?? []) as number[];
  const rows = await selectProblems(store, id, after, limit + 1);
  return toPage(
    rows,
    limit,
    (row) => JSON.parse(row.problem),
    (row) => [row.position],
  );
}
