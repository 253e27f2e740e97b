import type { WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { languagesOf } from "../projects/languages.ts";
import { countValues } from "../projects/write-lock.ts";
import { countByLanguage } from "./store.ts";

/**
 * Coverage and published files of every language follow the keys that have a value in it. Every language is told of the
 * changeset, because a value may come to a key later, and publishing asks then where the key was before.
 */
export async function countMoved(
  call: WriteWork,
  project: ProjectTable,
  keyIds: readonly string[],
  sign: -1 | 0 | 1,
  changesetId: string,
): Promise<void> {
  if (keyIds.length === 0) return;
  const counts = await countByLanguage(call.store, keyIds);
  const more = new Map([...(await languagesOf(call.store, project.id)).keys()].map((code) => [code, 0]));
  for (const [code, count] of counts) more.set(code, sign * count);
  await countValues(call, project, more, changesetId);
}
