import type { WriteWork } from "../context.ts";
import { toColumns } from "../database/actor.ts";
import type { ChangesetTable, ChangeTable, ProjectTable } from "../database/schema.ts";
import { newId } from "../platform/crypto.ts";
import { insertChanges, insertChangeset, insertMoves, type NameRange } from "./store.ts";

export type { NameRange };

export type Change = Omit<ChangeTable, "changesetId">;

/** Stands in `language` for a change of the key itself. */
export const KEY_ITSELF = "";

/** For a writer, who names the changeset in rows before it is recorded. */
export function newChangesetId(): string {
  return newId("cs");
}

/** Writes one changeset with its history, in the transaction of the writes that it records. */
export async function recordChangeset(
  work: WriteWork,
  project: ProjectTable,
  { id, message, changes }: { id: string; message: string | undefined; changes: readonly Change[] },
): Promise<void> {
  const keyCount = changes.filter((change) => change.language === KEY_ITSELF).length;
  const languages = new Set(changes.map((change) => change.language).filter((code) => code !== KEY_ITSELF));
  const counts = { keyCount, valueCount: changes.length - keyCount };
  const row = { ...changesetOf(work, project, message, counts), id };
  await insertChangeset(work.store, row, [...languages]);
  await insertChanges(
    work.store,
    changes.map((change) => ({ changesetId: id, ...change })),
  );
}

/**
 * The same for the live keys of a namespace that is about to get another name: so many that they are not read.
 *
 * @param ranges of their names, together all
 */
export async function recordMove(
  work: WriteWork,
  project: ProjectTable,
  {
    message,
    from,
    to,
    keyCount,
    ranges,
  }: {
    message: string | undefined;
    from: string;
    to: string;
    keyCount: number;
    ranges: readonly NameRange[];
  },
): Promise<string> {
  const row = changesetOf(work, project, message, { keyCount, valueCount: 0 });
  await insertChangeset(work.store, row, []);
  for (const range of ranges) await insertMoves(work.store, row, { from, to }, range);
  return row.id;
}

function changesetOf(
  work: WriteWork,
  project: ProjectTable,
  message: string | undefined,
  counts: Pick<ChangesetTable, "keyCount" | "valueCount">,
): ChangesetTable {
  const projectId = project.id;
  return {
    id: newChangesetId(),
    projectId,
    ...toColumns(work.actor),
    via: work.via,
    message: message ?? null,
    createdAt: work.now,
    ...counts,
  };
}
