import type { Output } from "@parlance/contract/operations";
import type { ChangesetTable, ChangeTable, KeyTable } from "../database/schema.ts";
import { KEY_ITSELF } from "../history/record-changeset.ts";
import type { StoredValue } from "../texts/find-values.ts";
import { pairOf, type ValueWrite } from "../texts/plan.ts";

export type Skipped = Output<"changesets.revert">["skipped"][number];

/** What stands in the project now. */
interface Present {
  /** Those of the changeset, in the trash or not. */
  keys: ReadonlyMap<string, KeyTable>;
  /** Of keys whose fields the changeset changed. */
  laterKeyChanges: readonly ChangeTable[];
  languages: readonly string[];
  /** Every value of these keys in these languages, by `pairOf`. */
  values: ReadonlyMap<string, StoredValue>;
  /** Of values that the changeset removed, as `lastRevisions` answers. */
  lastRevisions: ReadonlyMap<string, number>;
}

/** What would have to be done, as far as names allow. */
export interface Reversal {
  trashed: KeyTable[];
  restored: KeyTable[];
  /** Keys and the fields that they had, as JSON. */
  changed: { key: KeyTable; before: string }[];
  written: ValueWrite[];
  removed: StoredValue[];
  skipped: Skipped[];
}

/** Pure: which changes nobody wrote over since, and what takes them back. */
export function reverse(
  changeset: Pick<ChangesetTable, "id" | "createdAt">,
  changes: readonly ChangeTable[],
  present: Present,
): Reversal {
  const reversal: Reversal = {
    trashed: [],
    restored: [],
    changed: [],
    written: [],
    removed: [],
    skipped: [],
  };
  const valuesOf = Map.groupBy(present.values.values(), (value) => value.keyId);
  const later = Map.groupBy(present.laterKeyChanges, (change) => change.keyId);
  for (const change of changes.filter(isOfKey)) {
    const key = present.keys.get(change.keyId);
    const reason =
      change.kind === "changed"
        ? reverseFields(reversal, change, key, later.get(change.keyId) ?? [])
        : reverseKey(reversal, change, changeset, key, valuesOf.get(change.keyId) ?? []);
    report(reversal, change, reason);
  }
  const created = new Set(changes.filter(isCreation).map((change) => change.keyId));
  const leaving = new Set(reversal.trashed.filter(({ id }) => created.has(id)).map(({ id }) => id));
  const returning = new Set(reversal.restored.map(({ id }) => id));
  for (const change of changes) {
    // The texts of a key that leaves stay with it in the trash, so that it can come back whole.
    if (isOfKey(change) || leaving.has(change.keyId)) continue;
    const key = present.keys.get(change.keyId);
    if (!key) report(reversal, change, "key_gone");
    else if (key.deletedAt !== null && !returning.has(key.id)) report(reversal, change, "key_deleted");
    else if (!present.languages.includes(change.language)) report(reversal, change, "language_removed");
    else {
      const pair = pairOf(change);
      report(
        reversal,
        change,
        reverseValue(reversal, change, present.values.get(pair), present.lastRevisions.get(pair)),
      );
    }
  }
  return reversal;
}

function reverseKey(
  reversal: Reversal,
  change: ChangeTable,
  changeset: Pick<ChangesetTable, "id" | "createdAt">,
  key: KeyTable | undefined,
  values: readonly StoredValue[],
): Skipped["reason"] | undefined {
  if (!key) return "key_gone";
  if (key.revision !== change.revision) return "overwritten";
  if (change.kind === "created") {
    const others = values.filter((value) => value.changesetId !== changeset.id);
    // A key that came out of the trash had texts before.
    const added = isCreation(change) ? others : others.filter((v) => v.updatedAt >= changeset.createdAt);
    if (added.length > 0) return "key_used";
    reversal.trashed.push(key);
  } else reversal.restored.push(key);
  return undefined;
}

function reverseFields(
  reversal: Reversal,
  { before }: ChangeTable,
  key: KeyTable | undefined,
  later: readonly ChangeTable[],
): Skipped["reason"] | undefined {
  if (!key) return "key_gone";
  if (key.deletedAt !== null) return "key_deleted";
  const fields = fieldsIn(before);
  const isAgain = (change: ChangeTable) => fieldsIn(change.after).some((field) => fields.includes(field));
  if (later.some((change) => change.kind === "changed" && isAgain(change))) return "overwritten";
  reversal.changed.push({ key, before: before ?? "{}" });
  return undefined;
}

function fieldsIn(json: string | null): string[] {
  return Object.keys(JSON.parse(json ?? "{}"));
}

function reverseValue(
  reversal: Reversal,
  { keyId, language, kind, changesetId, revision, before, statusBefore }: ChangeTable,
  now: StoredValue | undefined,
  lastRevision: number | undefined,
): Skipped["reason"] | undefined {
  const isLast = kind === "deleted" ? !now && lastRevision === revision : now?.changesetId === changesetId;
  if (!isLast) return "overwritten";
  const status = (statusBefore ?? "approved") as StoredValue["status"];
  const onlyStatus = now?.text === before;
  if (before !== null)
    reversal.written.push({ keyId, language, text: before, status, before: now, onlyStatus });
  else if (now) reversal.removed.push(now);
  return undefined;
}

function report(reversal: Reversal, change: ChangeTable, reason: Skipped["reason"] | undefined): void {
  const { keyId, language } = change;
  if (reason) reversal.skipped.push({ keyId, language: isOfKey(change) ? null : language, reason });
}

function isOfKey(change: ChangeTable): boolean {
  return change.language === KEY_ITSELF;
}

/** Out of nothing, not out of the trash. */
function isCreation(change: ChangeTable): boolean {
  return isOfKey(change) && change.kind === "created" && change.revision === 1;
}
