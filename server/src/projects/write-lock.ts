import type { Call, Transaction } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { addToLanguage, addToNamespace, raiseRevisions } from "./store.ts";

/**
 * Makes the writes of one project happen one after the other, until this transaction ends. With it a writer may look
 * first and write then: no key, revision or counter changes in between.
 */
export async function lockProject(call: Call, project: ProjectTable): Promise<void> {
  await call.db.lock(call.store as Transaction, `project:${project.id}`);
}

/** Reports how many keys more (or fewer) each namespace has. A new namespace means new files in every language. */
export async function countKeys(
  call: Call,
  project: ProjectTable,
  more: ReadonlyMap<string, number>,
): Promise<void> {
  let grown = false;
  for (const [name, keyCount] of more) {
    const row = { projectId: project.id, name, keyCount, createdAt: call.now };
    if (await addToNamespace(call.store, row)) grown = true;
  }
  if (grown) await raiseRevisions(call.store, project.id);
}

/** Reports every language in which a value was written, with how many keys more have one now. */
export async function countValues(
  call: Call,
  project: ProjectTable,
  more: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [code, translated] of more) await addToLanguage(call.store, project.id, code, translated);
}
