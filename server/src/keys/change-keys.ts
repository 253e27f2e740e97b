import type { Input } from "@parlance/contract/operations";
import { type Change, KEY_ITSELF } from "../changes/record-changeset.ts";
import type { Reader, WriteWork } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { countKeys } from "../projects/write-lock.ts";
import { findNameFaults, identity } from "./check-new-keys.ts";
import type { Fault } from "./faults.ts";
import type { FoundKey } from "./find-keys.ts";
import { parkNames, updateKeyRows } from "./store.ts";

const FIELDS = ["namespace", "name", "description", "format", "tags", "maxLength"] as const;
export type NewFields = Partial<Pick<Input<"keys.update">, (typeof FIELDS)[number]>>;

export interface KeyChange {
  before: KeyTable;
  after: KeyTable;
  /** Null when everything was already so. */
  change: Change | null;
  /** Its place in published files is another now. */
  moved: boolean;
}

/** What a key is with these fields, and how that is told in its history. Pure. */
export function changeOfKey(before: KeyTable, fields: NewFields, now: number): KeyChange {
  const after = apply(before, fields, now);
  const change = changeBetween(before, after);
  if (!change) return { before, after: before, change, moved: false };
  return { before, after, change, moved: before.namespace !== after.namespace || before.name !== after.name };
}

/**
 * Every reason why keys cannot go where these changes move them, as at creation. A place that one of them leaves is
 * free for another.
 *
 * @param pointerOf where in the input the name of the change at an index stands
 */
export async function findMoveFaults(
  store: Reader,
  project: ProjectTable,
  changes: readonly KeyChange[],
  pointerOf: (index: number) => string,
): Promise<Fault[]> {
  const moves = [...changes.entries()].filter(([, change]) => change.moved);
  if (moves.length === 0) return [];
  return findNameFaults(
    store,
    project,
    moves.map(([, { after }]) => after),
    {
      except: moves.map(([, { before }]) => before.id),
      pointerOf: (index) => pointerOf(moves[index]?.[0] ?? 0),
    },
  );
}

/** Stores changes that were found to be without faults under the project's write lock, and counts what moved. */
export async function storeKeyChanges(
  call: WriteWork,
  project: ProjectTable,
  changes: readonly KeyChange[],
): Promise<void> {
  const moves = changes.filter((change) => change.moved);
  const wanted = new Set(moves.map(({ after }) => identity(after)));
  // Two keys may change places, and no two may ever be in one.
  const inTheWay = moves.filter(({ before }) => wanted.has(identity(before)));
  await parkNames(
    call.store,
    inTheWay.map(({ before }) => before.id),
  );
  await updateKeyRows(
    call.store,
    changes.filter(({ change }) => change).map(({ after }) => after),
  );
  const counts = new Map<string, number>();
  const count = (namespace: string, more: number) =>
    counts.set(namespace, (counts.get(namespace) ?? 0) + more);
  for (const { before, after } of moves) {
    count(before.namespace, -1);
    count(after.namespace, 1);
  }
  await countKeys(call, project, new Map([...counts].filter(([, more]) => more !== 0)));
}

/** History of a key that went to the trash, or came back from it. */
export function deletionOf(key: FoundKey): Change {
  return { ...unchanged(key), kind: "deleted", before: nameOf(key) };
}

export function restorationOf(key: FoundKey): Change {
  return { ...unchanged(key), kind: "created", after: nameOf(key) };
}

function apply(key: KeyTable, { tags, ...fields }: NewFields, now: number): KeyTable {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...key,
    ...Object.fromEntries(given),
    tags: tags ? JSON.stringify(tags) : key.tags,
    revision: key.revision + 1,
    updatedAt: now,
  };
}

/** Holds only the fields that differ, as JSON. */
function changeBetween(before: KeyTable, after: KeyTable): Change | null {
  const differing = FIELDS.filter((field) => before[field] !== after[field]);
  if (differing.length === 0) return null;
  const pick = (key: KeyTable) =>
    JSON.stringify(Object.fromEntries(differing.map((f) => [f, fieldOf(key, f)])));
  return { ...unchanged(before), kind: "changed", before: pick(before), after: pick(after) };
}

function fieldOf(key: KeyTable, field: (typeof FIELDS)[number]): unknown {
  return field === "tags" ? JSON.parse(key.tags) : key[field];
}

function unchanged(key: FoundKey): Omit<Change, "kind"> {
  return {
    keyId: key.id,
    language: KEY_ITSELF,
    before: null,
    after: null,
    statusBefore: null,
    statusAfter: null,
    revision: key.revision + 1,
  };
}

function nameOf({ namespace, name }: FoundKey): string {
  return JSON.stringify({ namespace, name });
}
