import type { Reader } from "../context.ts";
import type { ChangeTable } from "../database/schema.ts";
import { KEY_ITSELF } from "../history/record-changeset.ts";
import { byPlace, type Change, placeOf } from "./contents.ts";
import { type Statuses, textOf } from "./statuses.ts";
import {
  hasWrittenBefore,
  type PlacedKey,
  selectChangeCounts,
  selectChangesOf,
  selectPlacedKeys,
  selectValueChanges,
  selectValues,
  selectWritesSince,
  type Value,
} from "./store-history.ts";

/** Above this, reading a language whole is no more work than its history. */
const MOST_WRITES = 5000;
const MOST_CHANGES = 20_000;

/** A language at a revision that a release shows, and now. */
export interface Span {
  code: string;
  since: number;
  revision: number;
}

/**
 * What differs in published texts since then, read from history, so that the work goes with the edits. A language is
 * missing in the answer when its history does not tell: it is too long; a revision of it is no changeset's; or a
 * changeset wrote to it before and after.
 */
export async function toldChanges(
  snapshot: Reader,
  projectId: string,
  statuses: Statuses,
  spans: readonly Span[],
): Promise<Map<string, Change[]>> {
  const told = new Map<string, ReadonlySet<string>>();
  for (const span of spans) {
    const ids = await changesetsOf(snapshot, projectId, span);
    if (ids) told.set(span.code, ids);
  }
  const changesetIds = [...new Set([...told.values()].flatMap((ids) => [...ids]))];
  const counts = await selectChangeCounts(snapshot, changesetIds);
  const expected = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (told.size === 0 || expected > MOST_CHANGES) return new Map();
  const changes = await selectChangesOf(snapshot, changesetIds);
  if (changes.length !== expected) return new Map();

  const codes = [...told.keys()];
  const present = await readPresent(
    snapshot,
    projectId,
    [...new Set(changes.map(({ keyId }) => keyId))],
    codes,
  );
  const byKey = Map.groupBy(changes, ({ keyId }) => keyId);
  return new Map(
    [...told].map(([code, ids]) => {
      const places = new Map<string, Change>();
      for (const [keyId, all] of byKey) {
        const own = all.filter(({ changesetId }) => ids.has(changesetId));
        if (own.length > 0) addDifference(places, code, keyId, { changes: own, present, statuses });
      }
      return [code, [...places.values()].filter(({ before, after }) => before !== after).sort(byPlace)];
    }),
  );
}

/** Undefined when they are too many, or do not tell all. */
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

/** What stands there now; of keys that were deleted for good, what stood there last. */
interface Present {
  keys: ReadonlyMap<string, PlacedKey>;
  values: ReadonlyMap<string, Pick<Value, "text" | "status">>;
}

async function readPresent(
  snapshot: Reader,
  projectId: string,
  keyIds: readonly string[],
  codes: readonly string[],
): Promise<Present> {
  const keys = new Map((await selectPlacedKeys(snapshot, projectId, keyIds)).map((key) => [key.id, key]));
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

interface Found {
  /** Of the key and all its values, since then. */
  changes: readonly ChangeTable[];
  present: Present;
  statuses: Statuses;
}

/** Two keys may have changed places, so both sides are put down by place. */
function addDifference(
  places: Map<string, Change>,
  code: string,
  keyId: string,
  { changes, present, statuses }: Found,
): void {
  const key = present.keys.get(keyId);
  const [first] = changes.filter(({ language }) => language === code).sort(byRevision);
  const value = present.values.get(pairOf({ keyId, language: code }));
  const valueThen = first ? { text: first.before, status: first.statusBefore } : value;
  const hadValue = typeof valueThen?.text === "string";
  // An import makes keys in one part and writes this language in a later one: what had a text then was there already.
  const ofKey = changes.filter((change) => change.language === KEY_ITSELF && !(hadValue && isFirst(change)));
  if (!first && ofKey.length === 0) return;
  const then = placeThen(key, ofKey);
  const add = (side: "before" | "after", { namespace, name }: Place, text: string | null) => {
    if (text === null) return;
    const at = placeOf({ namespace, name });
    const change = places.get(at) ?? { language: code, namespace, name, before: null, after: null };
    places.set(at, { ...change, [side]: text });
  };
  if (then) add("before", then, textOf(valueThen, statuses));
  if (key && key.deletedAt === null) add("after", key, textOf(value, statuses));
}

/** Of all changes of a key: how it was made, and not how it came out of the trash. */
function isFirst({ kind, revision }: ChangeTable): boolean {
  return kind === "created" && revision === 1;
}

type Place = { namespace: string; name: string };

/** Goes back from what the key is now. Undefined when it was in the trash then, or not there yet. */
function placeThen(key: PlacedKey | undefined, changes: readonly ChangeTable[]): Place | undefined {
  let place: Place = { namespace: key?.namespace ?? "", name: key?.name ?? "" };
  let live = key?.deletedAt === null;
  for (const { kind, before } of changes.toSorted(byRevision).reverse()) {
    live = kind !== "created";
    if (before !== null) place = { ...place, ...placeIn(JSON.parse(before)) };
  }
  return live ? place : undefined;
}

function placeIn(fields: Partial<Place>): Partial<Place> {
  const { namespace, name } = fields;
  return { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
}

function pairOf({ keyId, language }: { keyId: string; language: string }): string {
  return `${keyId}/${language}`;
}

function byRevision(one: ChangeTable, other: ChangeTable): number {
  return one.revision - other.revision;
}
