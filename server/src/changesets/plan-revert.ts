import type { PlacedProject, Work } from "../context.ts";
import type { ChangesetTable, KeyTable } from "../database/schema.ts";
import { changesOf, lastRevisions, laterKeyChanges } from "../history/find-changeset.ts";
import { KEY_ITSELF } from "../history/record-changeset.ts";
import { languagesOf } from "../projects/languages.ts";
import { changeOfKey } from "../texts/change-key.ts";
import { findMoveFaults, findNameFaults } from "../texts/check-names.ts";
import type { Fault } from "../texts/faults.ts";
import { allKeysByIds } from "../texts/find-keys.ts";
import { findValues } from "../texts/find-values.ts";
import { type KeyChange, planOf, type TextsPlan } from "../texts/plan.ts";
import { type Reversal, reverse, type Skipped } from "./reversal.ts";

type Reverted = Pick<ChangesetTable, "id" | "createdAt">;

interface RevertPlan {
  plan: TextsPlan;
  /** What stays as it is, and why. */
  skipped: Skipped[];
  /** How many changes this part of the changeset holds. */
  changeCount: number;
  /** The last key of the part; null when it is the last part. */
  nextKey: string | null;
}

/**
 * Plans to take back what a changeset did and nobody wrote over since, from the key after `afterKey` on. Nothing is a
 * fault: what cannot be taken back is skipped.
 */
export async function planRevert(
  work: Work,
  project: PlacedProject,
  changeset: Reverted,
  afterKey: string,
): Promise<RevertPlan> {
  const { changeCount, nextKey, reversal } = await readReversal(work, project, changeset, afterKey);
  const skipped = [...reversal.skipped];
  const changed = await withFreeMoves(work, project, reversal.changed, skipped);
  const restored = await withFreeNames(work, project, { keys: reversal.restored, changed }, skipped);
  const blocked = new Set(reversal.restored.filter((key) => !restored.includes(key)).map(({ id }) => id));
  const isBlocked = ({ keyId }: { keyId: string }) => blocked.has(keyId);
  const { trashed, written, removed } = reversal;
  for (const { keyId, language } of [...written, ...removed].filter(isBlocked)) {
    skipped.push({ keyId, language, reason: "key_deleted" });
  }
  const plan = planOf({
    ...{ trashed, changed, restored, takesBack: changeset.createdAt },
    written: written.filter((value) => !isBlocked(value)),
    removed: removed.filter((value) => !isBlocked(value)),
  });
  return { plan, skipped, changeCount, nextKey };
}

async function readReversal(
  { store }: Work,
  project: PlacedProject,
  changeset: Reverted,
  afterKey: string,
): Promise<{ reversal: Reversal } & Pick<RevertPlan, "changeCount" | "nextKey">> {
  const { changes, nextKey } = await changesOf(store, changeset.id, afterKey);
  const keyIds = [...new Set(changes.map((change) => change.keyId))];
  const languages = [...(await languagesOf(store, project.id)).keys()];
  const ofKeys = changes.filter((change) => change.language === KEY_ITSELF);
  const ofValues = changes.filter((change) => change.language !== KEY_ITSELF);
  const reversal = reverse(changeset, changes, {
    keys: await allKeysByIds(store, project.id, keyIds),
    languages,
    laterKeyChanges: await laterKeyChanges(
      store,
      ofKeys.filter((change) => change.kind === "changed"),
    ),
    values: await findValues(store, keyIds, languages),
    lastRevisions: await lastRevisions(
      store,
      ofValues.filter((change) => change.kind === "deleted"),
    ),
  });
  return { changeCount: changes.length, nextKey, reversal };
}

/** A key that has to stay where it is may be in the way of another. */
async function withFreeMoves(
  { store, now }: Work,
  project: PlacedProject,
  keys: Reversal["changed"],
  skipped: Skipped[],
): Promise<KeyChange[]> {
  const all = keys.map(({ key, before }) => changeOfKey(key, JSON.parse(before), now));
  for (let changes = all; ; ) {
    const faults = await findMoveFaults(store, project, changes, String);
    if (faults.length === 0) return changes.filter(({ change }) => change);
    const faultOf = new Map(faults.map((fault) => [fault.pointer, fault]));
    changes = changes.filter(({ before }, index) => {
      const fault = faultOf.get(String(index));
      if (fault) skipped.push(skippedFor(before, fault));
      return !fault;
    });
  }
}

/** Keys of the trash come back to the names that are free once the others have moved. */
async function withFreeNames(
  { store }: Work,
  project: PlacedProject,
  { keys, changed }: { keys: readonly KeyTable[]; changed: readonly KeyChange[] },
  skipped: Skipped[],
): Promise<KeyTable[]> {
  if (keys.length === 0) return [];
  const moves = changed.filter(({ moved }) => moved);
  const faults = await findNameFaults(store, project, keys, {
    except: moves.map(({ before }) => before.id),
    taken: moves.map(({ after }) => after),
    pointerOf: String,
  });
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
