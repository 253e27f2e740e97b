import type { Input } from "@parlance/contract/operations";
import { type Change, KEY_ITSELF } from "../changes/record-changeset.ts";
import type { Call } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { countKeys } from "../projects/write-lock.ts";
import { findNameFaults } from "./check-new-keys.ts";
import { refuseFaults } from "./faults.ts";
import { type FoundKey, findKey } from "./find-keys.ts";
import { updateKeyRow } from "./store.ts";

const FIELDS = ["namespace", "name", "description", "format", "tags", "maxLength"] as const;
type NewFields = Partial<Pick<Input<"keys.update">, (typeof FIELDS)[number]>>;

export interface KeyChange {
  before: KeyTable;
  after: KeyTable;
  /** Null when everything was already so. */
  change: Change | null;
  /** Its place in published files is another now. */
  moved: boolean;
}

/**
 * Changes a key under the project's write lock. Throws `not_found` for a key that is not there, `conflict` when the new
 * name is taken or collides, as at creation.
 */
export async function changeKey(
  call: Call,
  project: ProjectTable,
  keyId: string,
  fields: NewFields,
): Promise<KeyChange> {
  const before = await findKey(call.store, project.id, keyId);
  const after = apply(before, fields, call.now);
  const change = changeBetween(before, after);
  const moved = before.namespace !== after.namespace || before.name !== after.name;
  if (!change) return { before, after: before, change, moved };
  if (moved) {
    const place = { except: [before.id], pointerOf: () => "/name" };
    refuseFaults(await findNameFaults(call.store, project, [after], place));
  }
  await updateKeyRow(call.store, after);
  if (before.namespace !== after.namespace) {
    const counts = new Map([
      [before.namespace, -1],
      [after.namespace, 1],
    ]);
    await countKeys(call, project, counts);
  }
  return { before, after, change, moved };
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
