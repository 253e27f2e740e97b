import type { Output } from "@parlance/contract/operations";
import { changesOf, findChangeset, lastRevisions, laterKeyChanges } from "../changes/find-changeset.ts";
import { KEY_ITSELF, newChangesetId } from "../changes/record-changeset.ts";
import type { Reach, WriteWork } from "../context.ts";
import type { ChangesetTable, ProjectTable } from "../database/schema.ts";
import { allKeysByIds } from "../keys/find-keys.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { languagesOf } from "../projects/languages.ts";
import { needScope } from "../projects/need-scope.ts";
import { lockProject } from "../projects/write-lock.ts";
import { planReversal, type Reversal } from "./plan-reversal.ts";
import { revertKeys, trashReverted } from "./revert-keys.ts";
import { clearOutdated, selectCurrent } from "./store.ts";
import { writeValues } from "./write-values.ts";

/** The report names this many at most. */
const MOST_SHOWN = 1000;

/**
 * Takes back, in one new changeset, what a changeset did and nobody wrote over since; the rest is reported with the
 * reason. A key that it created goes to the trash with its texts, one that it deleted comes back, and a value that it
 * created goes. A changeset of very many changes is taken back in parts, each whole by itself, in a changeset of its own;
 * `nextCursor` leads to the next part. Texts come back unchecked, as they were valid once. Throws `not_found`, and `missing_scope` where keys
 * changed and the caller may not write them.
 */
export async function revertChangeset(
  call: WriteWork,
  { project: known, reach }: { project: ProjectTable; reach: Reach },
  {
    changesetId,
    message,
    cursor,
  }: { changesetId: string; message?: string | undefined; cursor?: string | undefined },
): Promise<Output<"changesets.revert">> {
  const changeset = await findChangeset(call.store, known.id, changesetId);
  if (changeset.keyCount > 0) needScope(reach, "keys:write");
  const project = await lockProject(call, known);
  const [afterKey = ""] = (decodeCursor(cursor, ["string"]) ?? []) as string[];
  const { changeCount, plan, nextKey } = await readPlan(call, project, changeset, afterKey);
  const nextCursor = nextKey === null ? null : encodeCursor([nextKey]);
  const place = { project, reach };
  const id = newChangesetId();
  const keys = await revertKeys(call, place, plan, id);
  const isBlocked = ({ keyId }: { keyId: string }) => keys.blocked.has(keyId);
  const writes = plan.writes.filter((write) => !isBlocked(write));
  const removals = plan.removals.filter((removal) => !isBlocked(removal));
  const skipped = [...plan.skipped, ...keys.skipped];
  for (const { keyId, language } of [...plan.writes, ...plan.removals].filter(isBlocked)) {
    skipped.push({ keyId, language, reason: "key_deleted" });
  }
  const report = { skippedCount: skipped.length, skipped: skipped.slice(0, MOST_SHOWN), nextCursor };
  const keyChanges = keys.changes;
  const reverted = changeCount - skipped.length;
  if (keyChanges.length + writes.length + removals.length === 0) {
    return { changesetId: null, reverted, ...report };
  }
  await writeValues(call, project, reach.organization.slug, {
    id,
    message: message ?? `Reverts ${changesetId}`,
    keyChanges,
    writes,
    removals,
  });
  const sources = writes.filter((write) => write.language === project.sourceLanguage);
  const fitAgain = sources.map((write) => write.keyId);
  await clearOutdated(call.store, fitAgain, changeset.createdAt);
  await trashReverted(call, place, plan.toTrash, id);
  return { changesetId: id, reverted, ...report };
}

/** To be called under the project's write lock. */
async function readPlan(
  { store }: WriteWork,
  project: ProjectTable,
  changeset: Pick<ChangesetTable, "id" | "createdAt">,
  afterKey: string,
): Promise<{ changeCount: number; plan: Reversal; nextKey: string | null }> {
  const { changes, nextKey } = await changesOf(store, changeset.id, afterKey);
  const keyIds = [...new Set(changes.map((change) => change.keyId))];
  const languages = [...(await languagesOf(store, project.id)).keys()];
  const ofKeys = changes.filter((change) => change.language === KEY_ITSELF);
  const ofValues = changes.filter((change) => change.language !== KEY_ITSELF);
  const plan = planReversal(changeset, changes, {
    keys: await allKeysByIds(store, project.id, keyIds),
    languages,
    laterKeyChanges: await laterKeyChanges(
      store,
      ofKeys.filter((change) => change.kind === "changed"),
    ),
    current: await selectCurrent(store, keyIds, languages),
    lastRevisions: await lastRevisions(
      store,
      ofValues.filter((change) => change.kind === "deleted"),
    ),
  });
  return { changeCount: changes.length, plan, nextKey };
}
