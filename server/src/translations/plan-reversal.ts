import type { Output } from "@parlance/contract/operations";
import { KEY_ITSELF } from "../changes/record-changeset.ts";
import type { ChangesetTable, ChangeTable, KeyTable } from "../database/schema.ts";
import type { Current } from "./store.ts";
import type { ValueWrite } from "./write-values.ts";

export type Skipped = Output<"changesets.revert">["skipped"][number];

/** What stands in the project now. */
interface Present {
  /** Those of the changeset, in the trash or not. */
  keys: ReadonlyMap<string, KeyTable>;
  /** Of keys whose fields the changeset changed. */
  laterKeyChanges: readonly ChangeTable[];
  languages: readonly string[];
  /** Every value of these keys in these languages. */
  current: readonly Current[];
  /** Of values that the changeset removed, as `lastRevisions` answers. */
  lastRevisions: ReadonlyMap<string, number>;
}

/** What would have to be done, as far as names allow. */
export interface Reversal {
  toTrash: KeyTable[];
  toRestore: KeyTable[];
  toChange: { key: KeyTable; before: string }[];
  writes: ValueWrite[];
  removals: Current[];
  skipped: Skipped[];
}

/** Pure: which changes nobody wrote over since, and what takes them back. */
export function planReversal(
  changeset: Pick<ChangesetTable, "id" | "createdAt">,
  changes: readonly ChangeTable[],
  present: Present,
): Reversal {
  const plan: Reversal = { toTrash: [], toRestore: [], toChange: [], writes: [], removals: [], skipped: [] };
  const valuesOf = Map.groupBy(present.current, (value) => value.keyId);
  const later = Map.groupBy(present.laterKeyChanges, (change) => change.keyId);
  for (const change of changes.filter(isOfKey)) {
    const key = present.keys.get(change.keyId);
    const reason =
      change.kind === "changed"
        ? planFields(plan, change, key, later.get(change.keyId) ?? [])
        : planKey(plan, change, changeset, key, valuesOf.get(change.keyId) ?? []);
    report(plan, change, reason);
  }
  const created = new Set(changes.filter(isCreation).map((change) => change.keyId));
  const leaving = new Set(plan.toTrash.filter(({ id }) => created.has(id)).map(({ id }) => id));
  const returning = new Set(plan.toRestore.map(({ id }) => id));
  const standing = new Map(present.current.map((value) => [pairOf(value), value]));
  for (const change of changes) {
    // The texts of a key that leaves stay with it in the trash, so that it can come back whole.
    if (isOfKey(change) || leaving.has(change.keyId)) continue;
    const key = present.keys.get(change.keyId);
    if (!key) report(plan, change, "key_gone");
    else if (key.deletedAt !== null && !returning.has(key.id)) report(plan, change, "key_deleted");
    else if (!present.languages.includes(change.language)) report(plan, change, "language_removed");
    else {
      const pair = pairOf(change);
      report(plan, change, planValue(plan, change, standing.get(pair), present.lastRevisions.get(pair)));
    }
  }
  return plan;
}

function planKey(
  plan: Reversal,
  change: ChangeTable,
  changeset: Pick<ChangesetTable, "id" | "createdAt">,
  key: KeyTable | undefined,
  values: readonly Current[],
): Skipped["reason"] | undefined {
  if (!key) return "key_gone";
  if (key.revision !== change.revision) return "overwritten";
  if (change.kind === "created") {
    const others = values.filter((value) => value.changesetId !== changeset.id);
    // A key that came out of the trash had texts before.
    const added = isCreation(change) ? others : others.filter((v) => v.updatedAt >= changeset.createdAt);
    if (added.length > 0) return "key_used";
    plan.toTrash.push(key);
  } else plan.toRestore.push(key);
  return undefined;
}

function planFields(
  plan: Reversal,
  { before }: ChangeTable,
  key: KeyTable | undefined,
  later: readonly ChangeTable[],
): Skipped["reason"] | undefined {
  if (!key) return "key_gone";
  if (key.deletedAt !== null) return "key_deleted";
  const fields = fieldsIn(before);
  const isAgain = (change: ChangeTable) => fieldsIn(change.after).some((field) => fields.includes(field));
  if (later.some((change) => change.kind === "changed" && isAgain(change))) return "overwritten";
  plan.toChange.push({ key, before: before ?? "{}" });
  return undefined;
}

function fieldsIn(json: string | null): string[] {
  return Object.keys(JSON.parse(json ?? "{}"));
}

function planValue(
  plan: Reversal,
  { keyId, language, kind, changesetId, revision, before, statusBefore }: ChangeTable,
  now: Current | undefined,
  lastRevision: number | undefined,
): Skipped["reason"] | undefined {
  const isLast = kind === "deleted" ? !now && lastRevision === revision : now?.changesetId === changesetId;
  if (!isLast) return "overwritten";
  const status = (statusBefore ?? "approved") as Current["status"];
  // A status alone does not make a text fit its source again.
  const outdatedAt = now?.text === before ? now.outdatedAt : null;
  if (before !== null) plan.writes.push({ keyId, language, text: before, status, before: now, outdatedAt });
  else if (now) plan.removals.push(now);
  return undefined;
}

function report(plan: Reversal, change: ChangeTable, reason: Skipped["reason"] | undefined): void {
  const { keyId, language } = change;
  if (reason) plan.skipped.push({ keyId, language: isOfKey(change) ? null : language, reason });
}

function isOfKey(change: ChangeTable): boolean {
  return change.language === KEY_ITSELF;
}

/** Out of nothing, not out of the trash. */
function isCreation(change: ChangeTable): boolean {
  return isOfKey(change) && change.kind === "created" && change.revision === 1;
}

function pairOf({ keyId, language }: { keyId: string; language: string }): string {
  return `${keyId}/${language}`;
}
