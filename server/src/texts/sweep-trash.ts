import type { Database, Transaction } from "../context.ts";
import { projectLock } from "../database/locks.ts";
import { deleteKeysForGood, selectExpiredKeys, selectProjectWithExpired } from "./store-trash.ts";

/** How long a deleted key can be restored (spec/translations, "Model"). */
const TRASH_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/**
 * Deletes at most `budget` keys of one project for good that were in the trash for 30 days, with their values; their
 * history stays. Answers how many.
 */
export async function sweepTrash(
  db: Database,
  tx: Transaction,
  now: number,
  budget: number,
): Promise<number> {
  const before = now - TRASH_MILLISECONDS;
  const projectId = await selectProjectWithExpired(tx, before);
  if (projectId === undefined) return 0;
  // Nobody takes them out meanwhile.
  await db.lock(tx, projectLock(projectId));
  const ids = await selectExpiredKeys(tx, projectId, before, budget);
  await deleteKeysForGood(tx, ids);
  return ids.length;
}
