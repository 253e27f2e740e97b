import type { Change } from "../changes/record-changeset.ts";
import type { Call, Reach } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { changeKey, deletionOf, restorationOf } from "../keys/change-key.ts";
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
  call: Call,
  { project, reach }: Place,
  { toTrash, toRestore, toChange }: Reversal,
): Promise<RevertedKeys> {
  const changes = toTrash.map(deletionOf);
  const skipped: Skipped[] = [];
  for (const { key, before } of toChange) {
    const fields = JSON.parse(before);
    const place = { except: [key.id] };
    const [fault] = await findNameFaults(call.store, project, [{ ...key, ...fields }], place);
    if (fault) {
      skipped.push(skippedFor(key, fault));
      continue;
    }
    const { change, moved } = await changeKey(call, project, key.id, fields);
    if (change) changes.push(change);
    if (moved) await countMoved(call, project, [key.id], 0);
  }
  const returning = await withFreeNames(call, project, toRestore, skipped);
  const blocked = new Set(toRestore.filter((key) => !returning.includes(key)).map(({ id }) => id));
  if (returning.length > 0) {
    const ids = returning.map((key) => key.id);
    await takeFromTrash(call, project, reach.organization.slug, returning);
    await countMoved(call, project, ids, 1);
    changes.push(...returning.map(restorationOf));
  }
  return { changes, skipped, blocked };
}

/** The last step, so that values which go are counted while their keys are there. */
export async function trashReverted(
  call: Call,
  { project, reach }: Place,
  keys: readonly KeyTable[],
): Promise<void> {
  if (keys.length === 0) return;
  const ids = keys.map((key) => key.id);
  await moveToTrash(call, project, reach.organization.slug, keys);
  await countMoved(call, project, ids, -1);
}

async function withFreeNames(
  call: Call,
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
