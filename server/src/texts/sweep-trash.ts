import type { Database, Transaction } from "../context.ts";
import { projectLock } from "../database/locks.ts";
import { deleteKeysForGood, selectExpiredKeys, selectProjectWithExpired } from "./store-trash.ts";

/** How long a deleted key can be restored (spec/translations, "Model"). */
const TRASH_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/** Deletes keys for good that were in the trash for 30 days, with their values; their history stays. */
export async function sweepTrash(db: Database, tx: Transaction, now: number, budget: number): Promise<void> {
  const before = now - TRASH_MILLISECONDS;
  const projectId = await selectProjectWithExpired(tx, before);
  if (projectId === undefined) return;
  // Nobody takes them out meanwhile.
  await db.lock(tx, projectLock(projectId));
  await deleteKeysForGood(tx, await selectExpiredKeys(tx, projectId, before, budget));
}
