import type { Reader } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { lastRevisions } from "../history/find-changeset.ts";
import { type Change, KEY_ITSELF } from "../history/record-changeset.ts";
import { pairOf, type TextsPlan, type ValueWrite } from "./plan.ts";
import type { FoundKey } from "./store-keys.ts";
import type { StoredValue } from "./store-values.ts";

export type NumberedWrite = ValueWrite & { revision: number };

/** The values of a plan with their revisions, which never start anew: one that was removed goes on where it ended. */
export async function numberWrites(
  store: Reader,
  { created, written }: Pick<TextsPlan, "created" | "written">,
): Promise<NumberedWrite[]> {
  const newKeys = new Set(created.map(({ id }) => id));
  const absent = written.filter(({ before, keyId }) => !before && !newKeys.has(keyId));
  const ended = await lastRevisions(store, absent);
  return written.map((write) => {
    const last = write.before?.revision ?? ended.get(pairOf(write)) ?? 0;
    return { ...write, revision: last + 1 };
  });
}

/** What the history says of a plan. Pure. */
export function changesOf(plan: TextsPlan, written: readonly NumberedWrite[]): Change[] {
  return [
    ...plan.created.map(creationOf),
    ...plan.changed.flatMap(({ change }) => change ?? []),
    ...plan.restored.map(restorationOf),
    ...plan.trashed.map(deletionOf),
    ...written.map(writeOf),
    ...plan.removed.map(removalOf),
  ];
}

/** Of a change of the key itself: what it holds beside kind, before and after. */
export function ofKey(keyId: string, revision: number): Omit<Change, "kind"> {
  return {
    ...{ keyId, language: KEY_ITSELF, revision },
    ...{ before: null, after: null, statusBefore: null, statusAfter: null },
  };
}

function creationOf(row: KeyTable): Change {
  return { ...ofKey(row.id, row.revision), kind: "created", after: nameOf(row) };
}

function restorationOf(key: FoundKey): Change {
  return { ...ofKey(key.id, key.revision + 1), kind: "created", after: nameOf(key) };
}

function deletionOf(key: FoundKey): Change {
  return { ...ofKey(key.id, key.revision + 1), kind: "deleted", before: nameOf(key) };
}

function nameOf({ namespace, name }: FoundKey): string {
  return JSON.stringify({ namespace, name });
}

function writeOf({ keyId, language, text, status, revision, before }: NumberedWrite): Change {
  return {
    ...{ keyId, language, revision, kind: before ? "changed" : "created" },
    ...{ before: before?.text ?? null, after: text },
    ...{ statusBefore: before?.status ?? null, statusAfter: status },
  };
}

function removalOf({ keyId, language, text, status, revision }: StoredValue): Change {
  return {
    ...{ keyId, language, revision: revision + 1, kind: "deleted" },
    ...{ before: text, after: null, statusBefore: status, statusAfter: null },
  };
}
