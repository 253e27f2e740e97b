import type { WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { addToNamespace, touchLanguages } from "./store.ts";
import { addToLanguages, insertLanguageWrites } from "./store-revisions.ts";

/** Reports how many keys more (or fewer) each namespace has, in the transaction that took the project's write lock. */
export async function countKeys(
  { store, now }: WriteWork,
  { id: projectId }: ProjectTable,
  more: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [name, keyCount] of more) {
    await addToNamespace(store, { projectId, name, keyCount, createdAt: now });
  }
}

/**
 * Reports every language in which a value was written, with how many keys more have one now.
 *
 * @param changesetId the one whose history tells all that was written; publishing reads everything where none does
 */
export async function countValues(
  { store }: WriteWork,
  { id: projectId }: ProjectTable,
  more: ReadonlyMap<string, number>,
  changesetId: string,
): Promise<void> {
  if (more.size === 0) return;
  await addToLanguages(store, projectId, more);
  await insertLanguageWrites(store, projectId, [...more.keys()], changesetId);
}

/** Reports that published files may be others in every language, whatever was written. */
export async function touchAllLanguages({ store }: WriteWork, project: ProjectTable): Promise<void> {
  await touchLanguages(store, project.id);
}
