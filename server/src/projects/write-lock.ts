import type { WriteWork } from "../context.ts";
import { projectLock } from "../database/locks.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { addToLanguage, addToNamespace, selectProjectRow, touchLanguages } from "./store.ts";
import { insertLanguageWrite } from "./store-revisions.ts";

/**
 * Makes the writes of one project happen one after the other, until this transaction ends. With it a writer may look
 * first and write then: no key, revision or counter changes in between. Returns the project as it is now, which may be
 * otherwise than when the call began to wait; throws `not_found` when it was deleted meanwhile.
 */
export async function lockProject<Known extends ProjectTable>(work: WriteWork, known: Known): Promise<Known> {
  await work.db.lock(work.store, projectLock(known.id));
  const now = await selectProjectRow(work.store, known.id);
  if (!now) throw new ApiError("not_found", "There is no such project.");
  return { ...known, ...now };
}

/** Reports how many keys more (or fewer) each namespace has. */
export async function countKeys(
  call: WriteWork,
  project: ProjectTable,
  more: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [name, keyCount] of more) {
    await addToNamespace(call.store, { projectId: project.id, name, keyCount, createdAt: call.now });
  }
}

/**
 * Reports every language in which a value was written, with how many keys more have one now.
 *
 * @param changesetId the one whose history tells all that was written; publishing reads everything where none does
 */
export async function countValues(
  call: WriteWork,
  project: ProjectTable,
  more: ReadonlyMap<string, number>,
  changesetId?: string,
): Promise<void> {
  for (const [code, translated] of more) {
    await addToLanguage(call.store, project.id, code, translated);
    if (changesetId !== undefined) await insertLanguageWrite(call.store, project.id, code, changesetId);
  }
}

/** Reports that published files may be others in every language, whatever was written. */
export async function touchAllLanguages(call: WriteWork, project: ProjectTable): Promise<void> {
  await touchLanguages(call.store, project.id);
}
