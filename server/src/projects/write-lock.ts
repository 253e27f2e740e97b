import type { WriteWork } from "../context.ts";
import { projectLock } from "../database/locks.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { selectProjectRow } from "./store.ts";

/**
 * Makes the writes of one project happen one after the other, until this transaction ends. A writer that holds the lock
 * may read first and then write: no key, revision or counter changes in between. Answers the project as it is now, which
 * may have changed while the call waited; throws `not_found` when it was deleted meanwhile.
 */
export async function lockProject<Known extends ProjectTable>(work: WriteWork, known: Known): Promise<Known> {
  await work.db.lock(work.store, projectLock(known.id));
  const now = await selectProjectRow(work.store, known.id);
  if (!now) throw new ApiError("not_found", "There is no such project.");
  return { ...known, ...now };
}
