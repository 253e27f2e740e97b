import type { Reader } from "../context.ts";
import type { ChangeTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import {
  type NamedChangeset,
  selectAllChanges,
  selectChangedValues,
  selectChangeset,
  selectChangesetsByIds,
  selectKeyChanges,
  selectLastRevisions,
} from "./store.ts";
import { toChangeset } from "./view.ts";

/** Throws `not_found` with the id when the project has no such changeset. */
export async function findChangeset(store: Reader, projectId: string, id: string): Promise<NamedChangeset> {
  const changeset = await selectChangeset(store, projectId, id);
  if (!changeset) throw new ApiError("not_found", `The project has no changeset ${id}.`);
  return changeset;
}

/** As callers see them, by id. At most some hundred. */
export async function changesetsByIds(store: Reader, ids: readonly string[]) {
  const rows = ids.length === 0 ? [] : await selectChangesetsByIds(store, ids);
  return new Map(rows.map((row) => [row.id, toChangeset(row)]));
}

/**
 * What one transaction can take back while others wait for it: on SQLite every other writer does, for about a tenth of a
 * second (decision 20). All that one bulk call may rename is fewer, so that keys which changed places change them back.
 */
const MOST_CHANGES = 3000;
/** In UTF-16 code units, old and new. */
const MOST_TEXT = 2_000_000;
const CHANGES_PER_STATEMENT = 1000;

/**
 * What a changeset changed, keys and values, from the key after `afterKey` on: all changes of so many keys that they are
 * not too many to hold, and of one at least. `nextKey` is the last of them when there are more.
 */
export async function changesOf(
  store: Reader,
  changesetId: string,
  afterKey: string,
): Promise<{ changes: ChangeTable[]; nextKey: string | null }> {
  const changes: ChangeTable[] = [];
  let text = 0;
  for (;;) {
    const position = { afterKey, after: changes.at(-1) };
    const page = await selectAllChanges(store, changesetId, position, CHANGES_PER_STATEMENT);
    for (const change of page) {
      const last = changes.at(-1)?.keyId;
      const isFull = changes.length >= MOST_CHANGES || text >= MOST_TEXT;
      if (isFull && last !== undefined && change.keyId !== last) return { changes, nextKey: last };
      changes.push(change);
      text += (change.before?.length ?? 0) + (change.after?.length ?? 0);
    }
    if (page.length < CHANGES_PER_STATEMENT) return { changes, nextKey: null };
  }
}

/** What a changeset has changed of these keys by now, as key id and language joined with a slash. */
export async function changedAlready(
  store: Reader,
  changesetId: string,
  keyIds: readonly string[],
): Promise<Set<string>> {
  const rows = await selectChangedValues(store, changesetId, keyIds);
  return new Set(rows.map(({ keyId, language }) => `${keyId}/${language}`));
}

/** The changes of keys themselves, without their values, that came after the given ones. */
export async function laterKeyChanges(
  store: Reader,
  changes: readonly ChangeTable[],
): Promise<ChangeTable[]> {
  const revisions = new Map(changes.map((change) => [change.keyId, change.revision]));
  const rows = await selectKeyChanges(store, [...revisions.keys()]);
  return rows.filter((row) => row.revision > (revisions.get(row.keyId) ?? 0));
}

/**
 * The highest revision that a value ever had, also when it is gone, by key id and language joined with a slash; nothing
 * for a value that never was.
 */
export async function lastRevisions(
  store: Reader,
  values: readonly { keyId: string; language: string }[],
): Promise<Map<string, number>> {
  if (values.length === 0) return new Map();
  const keyIds = [...new Set(values.map((value) => value.keyId))];
  const languages = [...new Set(values.map((value) => value.language))];
  const rows = await selectLastRevisions(store, keyIds, languages);
  return new Map(rows.map(({ keyId, language, revision }) => [`${keyId}/${language}`, Number(revision)]));
}
