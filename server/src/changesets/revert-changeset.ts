import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, Reach, WriteWork } from "../context.ts";
import { findChangeset } from "../history/find-changeset.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { needScope } from "../projects/need-scope.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { planRevert } from "./plan-revert.ts";

/** The report names this many at most. */
const MOST_SHOWN = 1000;

/**
 * Takes back, in one new changeset, what a changeset did and nobody wrote over since; the rest is reported with the
 * reason. A key that it created goes to the trash with its texts, one that it deleted comes back, and a value that it
 * created goes. A changeset of very many changes is taken back in parts, each whole by itself, in a changeset of its own;
 * `nextCursor` leads to the next part. Texts come back unchecked, as they were valid once. Throws `not_found`, and
 * `missing_scope` where keys changed and the caller may not write them.
 */
export async function revertChangeset(
  work: WriteWork,
  { project: known, reach }: { project: PlacedProject; reach: Reach },
  { changesetId: id, message, cursor }: Input<"changesets.revert">,
): Promise<Output<"changesets.revert">> {
  const changeset = await findChangeset(work.store, known.id, id);
  if (changeset.keyCount > 0) needScope(reach, "keys:write");
  const project = await lockProject(work, known);
  const [afterKey = ""] = (decodeCursor(cursor, ["string"]) ?? []) as string[];
  const { plan, skipped, changeCount, nextKey } = await planRevert(work, project, changeset, afterKey);
  const changesetId = await applyPlan(work, project, plan, { message: message ?? `Reverts ${id}` });
  return {
    changesetId,
    reverted: changeCount - skipped.length,
    skippedCount: skipped.length,
    skipped: skipped.slice(0, MOST_SHOWN),
    nextCursor: nextKey === null ? null : encodeCursor([nextKey]),
  };
}
