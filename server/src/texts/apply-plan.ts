import type { PlacedProject, Transaction, WriteWork } from "../context.ts";
import { type GrowingChangeset, growChangeset } from "../history/grow-changeset.ts";
import { type NameRange, newChangesetId, recordChangeset, recordMove } from "../history/record-changeset.ts";
import { changeSourceLanguage } from "../projects/change-project.ts";
import { countKeys, countValues, touchAllLanguages } from "../projects/counters.ts";
import { storeNamespace } from "../projects/namespaces.ts";
import { announceKeys, announceValues } from "./announce-texts.ts";
import { identity } from "./check-names.ts";
import { countedKeys, countedValues } from "./count-plan.ts";
import { changesOf, type NumberedWrite, numberWrites } from "./history-of-plan.ts";
import {
  isEmpty,
  type KeyChange,
  type NamespacePlan,
  type Plan,
  type SourcePlan,
  type TextsPlan,
} from "./plan.ts";
import { selectNameAhead } from "./store-keys.ts";
import { countByLanguage } from "./store-values.ts";
import {
  clearOutdated,
  clearOutdatedOf,
  deleteValues,
  insertKeys,
  markOutdated,
  moveKeysOfNamespace,
  moveTrashOfNamespace,
  parkNames,
  setDeletedAt,
  updateKeyRows,
  upsertValues,
} from "./store-writes.ts";

/** That many are renamed in some hundredths of a second. */
const KEYS_PER_RANGE = 5000;

interface Options {
  /** Why, for the changeset. */
  message?: string | undefined;
  /** The changeset of a writer that needs many transactions, and announces the values itself when it is through. */
  into?: GrowingChangeset | undefined;
}

/**
 * The one gate for writes of keys and values: stores what was planned, counts it, marks what it makes outdated, records
 * its changeset and announces it. To be called with a plan without faults, in the transaction that took the project's
 * write lock before the plan was made.
 *
 * @returns the id of the changeset; null when nothing was planned, or nothing that has a history
 */
export function applyPlan(
  work: WriteWork,
  project: PlacedProject,
  plan: Plan,
  options: Options = {},
): Promise<string | null> {
  switch (plan.kind) {
    case "texts":
      return applyTexts(work, project, plan, options);
    case "namespace":
      return applyNamespace(work, project, plan, options);
    case "source":
      return applySource(work, project, plan);
  }
}

/** The changeset of a plan that cannot be empty. */
export function recorded(changesetId: string | null): string {
  if (changesetId === null) throw new Error("A plan that changes something left no changeset.");
  return changesetId;
}

/**
 * Keys that leave are the last step, so that a value which goes with this plan is not counted once more with its key;
 * keys that come are first, because values need them. Changes of keys come before them all: they may give up the name
 * that another one takes.
 */
async function applyTexts(
  work: WriteWork,
  project: PlacedProject,
  plan: TextsPlan,
  { message, into }: Options,
): Promise<string | null> {
  if (isEmpty(plan)) return null;
  const { store, now } = work;
  const changesetId = into?.id ?? newChangesetId();
  const written = await numberWrites(store, plan);
  const changes = changesOf(plan, written);
  if (into) await growChangeset(store, into, changes);
  else await recordChangeset(work, project, { id: changesetId, message, changes });

  await storeKeyChanges(store, plan.changed);
  await setDeletedAt(store, plan.restored.map(idOf), null, now);
  await insertKeys(store, plan.created);
  const returning = await countByLanguage(store, plan.restored.map(idOf));
  await storeValues(work, project, plan, { written, changesetId });
  const leaving = await countByLanguage(store, plan.trashed.map(idOf));
  await setDeletedAt(store, plan.trashed.map(idOf), now, now);

  await countKeys(work, project, countedKeys(plan));
  await countValues(
    work,
    project,
    await countedValues(work, project, plan, { returning, leaving }),
    changesetId,
  );
  await announceKeys(work, project, "keys.created", [...plan.created, ...plan.restored]);
  if (!into) await announceValues(work, project, valuesByLanguage(plan), changesetId);
  await announceKeys(work, project, "keys.deleted", plan.trashed);
  return changesetId;
}

async function storeKeyChanges(store: Transaction, changes: readonly KeyChange[]): Promise<void> {
  const moves = changes.filter((change) => change.moved);
  const taken = new Set(moves.map(({ after }) => identity(after)));
  // Two keys may change places, and no two may ever be in one.
  const inTheWay = moves.filter(({ before }) => taken.has(identity(before)));
  await parkNames(
    store,
    inTheWay.map(({ before }) => before.id),
  );
  await updateKeyRows(
    store,
    changes.map(({ after }) => after),
  );
}

async function storeValues(
  { store, now }: WriteWork,
  { id: projectId, sourceLanguage }: PlacedProject,
  { removed, takesBack }: TextsPlan,
  { written, changesetId }: { written: readonly NumberedWrite[]; changesetId: string },
): Promise<void> {
  const sources = written.filter(({ language }) => language === sourceLanguage);
  const edited = sources.filter(({ before, text }) => before && before.text !== text).map(keyIdOf);
  // Before the values are written, so that translations which come along are not among the outdated ones.
  await markOutdated(store, edited, { sourceLanguage, changesetId, now });
  await upsertValues(
    store,
    written.map(({ before, onlyStatus, ...value }) => {
      const outdatedAt = (onlyStatus && before?.outdatedAt) || null;
      return { ...value, projectId, changesetId, updatedAt: now, outdatedAt };
    }),
  );
  await deleteValues(store, removed);
  if (takesBack !== null) await clearOutdated(store, sources.map(keyIdOf), takesBack);
}

async function applyNamespace(
  work: WriteWork,
  project: PlacedProject,
  { before, after }: NamespacePlan,
  { message }: Options,
): Promise<string | null> {
  const move = { from: before.name, to: after.name };
  const { keyCount } = before;
  await storeNamespace(work.store, before, after);
  const ranges = await rangesOf(work.store, project.id, before.name);
  const changesetId =
    keyCount > 0 ? await recordMove(work, project, { message, keyCount, ranges, ...move }) : null;
  for (const range of ranges) {
    await moveKeysOfNamespace(work.store, project.id, { ...move, ...range }, work.now);
  }
  await moveTrashOfNamespace(work.store, project.id, move);
  // Its history is one of all keys, which publishing would read for longer than the files.
  await touchAllLanguages(work, project);
  return changesetId;
}

/** Ranges of names that together hold all live keys of a namespace: others read between the statements of two of them. */
async function rangesOf(store: Transaction, projectId: string, namespace: string): Promise<NameRange[]> {
  const ranges: NameRange[] = [];
  for (let after = ""; ; ) {
    const until = await selectNameAhead(store, { projectId, namespace }, after, KEYS_PER_RANGE);
    ranges.push({ after, until: until ?? null });
    if (until === undefined) return ranges;
    after = until;
  }
}

/** No text is written: there is no changeset to record, and none whose values the marks would spare. */
async function applySource(
  work: WriteWork,
  project: PlacedProject,
  { to, outdatedKeyIds }: SourcePlan,
): Promise<null> {
  const { store, now } = work;
  await clearOutdatedOf(store, project.id, to);
  await changeSourceLanguage(work, project, to);
  await markOutdated(store, outdatedKeyIds, { sourceLanguage: to, changesetId: "", now });
  return null;
}

/** How many values of each language were written or removed. */
function valuesByLanguage({ written, removed }: TextsPlan): Map<string, number> {
  const byLanguage = Map.groupBy([...written, ...removed], ({ language }) => language);
  return new Map([...byLanguage].map(([language, values]) => [language, values.length]));
}

function idOf({ id }: { id: string }): string {
  return id;
}

function keyIdOf({ keyId }: { keyId: string }): string {
  return keyId;
}
