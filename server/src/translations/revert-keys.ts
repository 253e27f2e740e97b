import type { Change } from "../changes/record-changeset.ts";
import type { Reach, WriteWork } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import {
  changeOfKey,
  deletionOf,
  findMoveFaults,
  type KeyChange,
  restorationOf,
  storeKeyChanges,
} from "../keys/change-keys.ts";
import { findNameFaults } from "../keys/check-new-keys.ts";
import type { Fault } from "../keys/faults.ts";
import { moveToTrash, takeFromTrash } from "../keys/trash.ts";
import { countMoved } from "./count-moved.ts";
import type { Reversal, Skipped } from "./plan-reversal.ts";

interface Place {
  project: ProjectTable;
  reach: Reach;
}

interface RevertedKeys {
  /** For the changeset, those of keys that go to the trash included. */
  changes: Change[];
  skipped: Skipped[];
  /** Keys that had to stay in the trash. */
  blocked: Set<string>;
}

/** Gives keys their old fields back and takes them out of the trash, where their names are free. */
export async function revertKeys(
  call: WriteWork,
  { project, reach }: Place,
  { toTrash, toRestore, toChange }: Reversal,
  changesetId: string,
): Promise<RevertedKeys> {
  const changes = toTrash.map(deletionOf);
  const skipped: Skipped[] = [];
  const changed = await withFreePlaces(call, project, toChange, skipped);
  await storeKeyChanges(call, project, changed);
  changes.push(...changed.flatMap(({ change }) => change ?? []));
  const moved = changed.filter((change) => change.moved).map(({ after }) => after.id);
  await countMoved(call, project, moved, 0, changesetId);
  const returning = await withFreeNames(call, project, toRestore, skipped);
  const blocked = new Set(toRestore.filter((key) => !returning.includes(key)).map(({ id }) => id));
  if (returning.length > 0) {
    const ids = returning.map((key) => key.id);
    await takeFromTrash(call, project, reach.organization.slug, returning);
    await countMoved(call, project, ids, 1, changesetId);
    changes.push(...returning.map(restorationOf));
  }
  return { changes, skipped, blocked };
}

/** The last step, so that values which go are counted while their keys are there. */
export async function trashReverted(
  call: WriteWork,
  { project, reach }: Place,
  keys: readonly KeyTable[],
  changesetId: string,
): Promise<void> {
  if (keys.length === 0) return;
  const ids = keys.map((key) => key.id);
  await moveToTrash(call, project, reach.organization.slug, keys);
  await countMoved(call, project, ids, -1, changesetId);
}

/** A key that has to stay where it is may be in the way of another. */
async function withFreePlaces(
  call: WriteWork,
  project: ProjectTable,
  toChange: Reversal["toChange"],
  skipped: Skipped[],
): Promise<KeyChange[]> {
  let changes = toChange.map(({ key, before }) => changeOfKey(key, JSON.parse(before), call.now));
  for (;;) {
    const faults = await findMoveFaults(call.store, project, changes, String);
    if (faults.length === 0) return changes;
    const faultOf = new Map(faults.map((fault) => [fault.pointer, fault]));
    changes = changes.filter(({ before }, index) => {
      const fault = faultOf.get(String(index));
      if (fault) skipped.push(skippedFor(before, fault));
      return !fault;
    });
  }
}

async function withFreeNames(
  call: WriteWork,
  project: ProjectTable,
  keys: readonly KeyTable[],
  skipped: Skipped[],
): Promise<KeyTable[]> {
  if (keys.length === 0) return [];
  const faults = await findNameFaults(call.store, project, keys, { pointerOf: String });
  const faultOf = new Map(faults.map((fault) => [fault.pointer, fault]));
  return keys.filter((key, index) => {
    const fault = faultOf.get(String(index));
    if (fault) skipped.push(skippedFor(key, fault));
    return !fault;
  });
}

function skippedFor({ id: keyId }: KeyTable, { code }: Fault): Skipped {
  return { keyId, language: null, reason: code === "path_collision" ? code : "name_taken" };
}
