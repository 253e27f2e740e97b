import type { WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { addToNamespace, touchLanguages } from "./store.ts";
import { addToLanguages, insertLanguageWrites } from "./store-revisions.ts";

/** Adds to the key count of each namespace (or takes from it), in the transaction that took the project's write lock. */
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
 * Raises the revision of each language in which values were written, and adds to its count of translated keys.
 *
 * @param changesetId the changeset that holds everything written; without one, publishing compares the language whole
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

/** Raises the revision of every language, for writes that may change published files without writing a value. */
export async function touchAllLanguages({ store }: WriteWork, project: ProjectTable): Promise<void> {
  await touchLanguages(store, project.id);
}
