import type { Call } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { countValues } from "../projects/write-lock.ts";
import { countByLanguage } from "./store.ts";

/** Coverage and published files of every language follow the keys that have a value in it. Told by the changeset. */
export async function countMoved(
  call: Call,
  project: ProjectTable,
  keyIds: readonly string[],
  sign: -1 | 0 | 1,
  changesetId: string,
): Promise<void> {
  const counts = await countByLanguage(call.store, keyIds);
  const more = new Map([...counts].map(([code, count]) => [code, sign * count]));
  await countValues(call, project, more, changesetId);
}
