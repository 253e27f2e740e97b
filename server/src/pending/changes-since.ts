import type { Reader } from "../context.ts";
import type { ChangeTable } from "../database/schema.ts";
import { KEY_ITSELF } from "../history/record-changeset.ts";
import type { Change } from "./change.ts";
import { byKeyName, identityOf, type KeyName } from "./key-name.ts";
import { type Statuses, textOf } from "./statuses.ts";
import {
  hasWrittenBefore,
  type NamedKey,
  selectChangeCounts,
  selectChangesOf,
  selectNamedKeys,
  selectValueChanges,
  selectValues,
  selectWritesSince,
  type Value,
} from "./store-history.ts";

/** Above these, reading a whole language is no more work than reading its history. */
const MOST_WRITES = 5000;
const MOST_CHANGES = 20_000;

/** The part of a language's history between a revision that a release shows and now. */
export interface Span {
  code: string;
  since: number;
  /** The language's revision now. */
  revision: number;
}

/**
 * Reads from history which published texts have changed since then, so that the work grows with the edits and not with
 * the project. A language is missing in the result when its history does not say: it is too long, one of its revisions
 * has no changeset, or a changeset wrote to it both before and after `since`.
 */
export async function readChangesSince(
  snapshot: Reader,
  projectId: string,
  statuses: Statuses,
  spans: readonly Span[],
): Promise<Map<string, Change[]>> {
  const changesets = new Map<string, ReadonlySet<string>>();
  for (const span of spans) {
    const ids = await changesetsOf(snapshot, projectId, span);
    if (ids) changesets.set(span.code, ids);
  }
  const changesetIds = [...new Set([...changesets.values()].flatMap((ids) => [...ids]))];
  const counts = await selectChangeCounts(snapshot, changesetIds);
  const expected = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (changesets.size === 0 || expected > MOST_CHANGES) return new Map();
  const changes = await selectChangesOf(snapshot, changesetIds);
  if (changes.length !== expected) return new Map();

  const codes = [...changesets.keys()];
  const present = await readPresent(
    snapshot,
    projectId,
    [...new Set(changes.map(({ keyId }) => keyId))],
    codes,
  );
  const byKey = Map.groupBy(changes, ({ keyId }) => keyId);
  return new Map(
    [...changesets].map(([code, ids]) => {
      const byName = new Map<string, Change>();
      for (const [keyId, all] of byKey) {
        const own = all.filter(({ changesetId }) => ids.has(changesetId));
        if (own.length > 0) addDifference(byName, code, keyId, { changes: own, present, statuses });
      }
      return [code, [...byName.values()].filter(({ before, after }) => before !== after).sort(byKeyName)];
    }),
  );
}

/** The changesets that wrote to a language since then; undefined when they are too many or do not say everything. */
async function changesetsOf(
  snapshot: Reader,
  projectId: string,
  { code, since, revision }: Span,
): Promise<ReadonlySet<string> | undefined> {
  if (since < 0 || revision - since > MOST_WRITES) return undefined;
  const writes = await selectWritesSince(snapshot, projectId, code, since);
  if (writes.length !== revision - since) return undefined;
  const ids = new Set(writes.map(({ changesetId }) => changesetId));
  return (await hasWrittenBefore(snapshot, code, [...ids], since)) ? undefined : ids;
}

/** The keys and values as they are now; of keys that were deleted for good, the values as they were last. */
interface Present {
  keys: ReadonlyMap<string, NamedKey>;
  values: ReadonlyMap<string, Pick<Value, "text" | "status">>;
}

async function readPresent(
  snapshot: Reader,
  projectId: string,
  keyIds: readonly string[],
  codes: readonly string[],
): Promise<Present> {
  const keys = new Map((await selectNamedKeys(snapshot, projectId, keyIds)).map((key) => [key.id, key]));
  const values = new Map<string, Pick<Value, "text" | "status">>();
  for (const value of await selectValues(snapshot, keyIds, codes)) values.set(pairOf(value), value);
  const purged = keyIds.filter((id) => !keys.has(id));
  const ended = await selectValueChanges(snapshot, purged, codes);
  for (const { after: text, statusAfter: status, ...change } of ended.sort(byRevision)) {
    if (text !== null && status !== null) values.set(pairOf(change), { text, status } as Value);
    else values.delete(pairOf(change));
  }
  return { keys, values };
}

interface KeyHistory {
  /** Of the key and all its values, since then. */
  changes: readonly ChangeTable[];
  present: Present;
  statuses: Statuses;
}

/** Records both sides under the key name that they had, because two keys may have exchanged their names. */
function addDifference(
  byName: Map<string, Change>,
  code: string,
  keyId: string,
  { changes, present, statuses }: KeyHistory,
): void {
  const key = present.keys.get(keyId);
  const [first] = changes.filter(({ language }) => language === code).sort(byRevision);
  const value = present.values.get(pairOf({ keyId, language: code }));
  const valueThen = first ? { text: first.before, status: first.statusBefore } : value;
  const hadValue = typeof valueThen?.text === "string";
  // An import creates keys in one part and writes this language in a later one: a key that had a text existed then.
  const ofKey = changes.filter((change) => change.language === KEY_ITSELF && !(hadValue && isFirst(change)));
  if (!first && ofKey.length === 0) return;
  const nameThen = findNameThen(key, ofKey);
  const add = (side: "before" | "after", { namespace, name }: KeyName, text: string | null) => {
    if (text === null) return;
    const identity = identityOf({ namespace, name });
    const change = byName.get(identity) ?? { language: code, namespace, name, before: null, after: null };
    byName.set(identity, { ...change, [side]: text });
  };
  if (nameThen) add("before", nameThen, textOf(valueThen, statuses));
  if (key && key.deletedAt === null) add("after", key, textOf(value, statuses));
}

/** Whether this change created the key, rather than took it out of the trash. */
function isFirst({ kind, revision }: ChangeTable): boolean {
  return kind === "created" && revision === 1;
}

/** Goes back from what the key is called now. Undefined when it was in the trash then, or did not exist yet. */
function findNameThen(key: NamedKey | undefined, changes: readonly ChangeTable[]): KeyName | undefined {
  let keyName: KeyName = { namespace: key?.namespace ?? "", name: key?.name ?? "" };
  let live = key?.deletedAt === null;
  for (const { kind, before } of changes.toSorted(byRevision).reverse()) {
    live = kind !== "created";
    if (before !== null) keyName = { ...keyName, ...nameIn(JSON.parse(before)) };
  }
  return live ? keyName : undefined;
}

function nameIn(fields: Partial<KeyName>): Partial<KeyName> {
  const { namespace, name } = fields;
  return { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
}

function pairOf({ keyId, language }: { keyId: string; language: string }): string {
  return `${keyId}/${language}`;
}

function byRevision(one: ChangeTable, other: ChangeTable): number {
  return one.revision - other.revision;
}
