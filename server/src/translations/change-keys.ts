import type { Input, Output } from "@parlance/contract/operations";
import { MOST_TAGS } from "@parlance/contract/operations/keys";
import { recordChangeset } from "../changes/record-changeset.ts";
import type { Reach, WriteCall, WriteWork } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import {
  changeOfKey,
  deletionOf,
  findMoveFaults,
  type KeyChange,
  type NewFields,
  restorationOf,
  storeKeyChanges,
} from "../keys/change-keys.ts";
import { toKey } from "../keys/create-keys.ts";
import { type Fault, inOrder, refuseFaults } from "../keys/faults.ts";
import { allKeysByIds, findKey } from "../keys/find-keys.ts";
import { moveToTrash, needDeletedKeys, needKeys, takeFromTrash } from "../keys/trash.ts";
import { ApiError } from "../platform/api-error.ts";
import { lockProject } from "../projects/write-lock.ts";
import { countMoved } from "./count-moved.ts";

type Place = { project: ProjectTable; reach: Reach };
type Names = "keys.update" | "keys.updateMany" | "keys.delete" | "keys.restore";
type Fields<Name extends Names> = Input<Name>;
type Wish = Omit<Fields<"keys.updateMany">["keys"][number], "key" | "revision">;

/**
 * Renames, moves or describes a key. Throws `not_found`, `conflict` when its new name is taken or collides, and with
 * both sides when its revision is not the one in `If-Match`.
 */
export async function updateKey(
  call: WriteCall,
  { project }: Place,
  { keyId, message, ...fields }: Fields<"keys.update">,
): Promise<Output<"keys.update">> {
  await lockProject(call, project);
  const before = await findKey(call.store, project.id, keyId);
  const moved = findMoved("", call.expectedRevision, fields, before);
  if (moved) {
    throw new ApiError("conflict", "Nothing was stored: the key was changed meanwhile.", { errors: [moved] });
  }
  const change = changeOfKey(before, fields, call.now);
  refuseFaults(await findMoveFaults(call.store, project, [change], () => "/name"));
  return { changesetId: await storeChanges(call, project, message, [change]), key: toKey(change.after) };
}

/**
 * Changes many keys in one changeset, all or none; they may also change names among themselves. Throws `not_found`,
 * `conflict` and `invalid_request` as `updateKey` does; `errors` names every item.
 */
export async function updateKeys(
  call: WriteWork,
  { project }: Place,
  { keys: wanted, message }: Fields<"keys.updateMany">,
): Promise<Output<"keys.updateMany">> {
  await lockProject(call, project);
  const references = wanted.map(({ key }) => key);
  const found = await needKeys(call.store, project, references, (index) => `/keys/${index}/key`);
  const ids = found.map(({ id }) => id);
  const rows = await allKeysByIds(call.store, project.id, ids);
  const faults: Fault[] = [];
  const changes = wanted.map(({ key: _, revision, ...wish }, index) => {
    const before = rows.get(ids[index] ?? "") as KeyTable;
    const fields = fieldsOf(before, wish);
    const count = fields.tags?.length ?? 0;
    if (count > MOST_TAGS) faults.push(tooManyTags(`/keys/${index}/addTags`, count));
    const moved = findMoved(`/keys/${index}/revision`, revision, wish, before);
    if (moved) faults.push(moved);
    return changeOfKey(before, fields, call.now);
  });
  faults.push(...(await findMoveFaults(call.store, project, changes, (index) => `/keys/${index}/name`)));
  refuseFaults(inOrder(faults));
  const changesetId = await storeChanges(call, project, message, changes);
  const updated = changes.filter(({ change }) => change).length;
  const items = changes.map(({ after }) => toKey(after));
  return { changesetId, updated, unchanged: wanted.length - updated, items };
}

/** Null when there is nothing to change. */
async function storeChanges(
  call: WriteWork,
  project: ProjectTable,
  message: string | undefined,
  changes: readonly KeyChange[],
): Promise<string | null> {
  const history = changes.flatMap(({ change }) => change ?? []);
  if (history.length === 0) return null;
  await storeKeyChanges(call, project, changes);
  const moved = changes.filter((change) => change.moved).map(({ after }) => after.id);
  const changesetId = await recordChangeset(call, project, { message, changes: history });
  await countMoved(call, project, moved, 0, changesetId);
  return changesetId;
}

/** Tags that come and go become the list of all that the key has then. */
function fieldsOf(key: KeyTable, { addTags = [], removeTags = [], tags, ...fields }: Wish): NewFields {
  if (tags === undefined && addTags.length + removeTags.length === 0) return fields;
  const all = new Set<string>([...(tags ?? JSON.parse(key.tags)), ...addTags]);
  return { ...fields, tags: [...all].filter((tag) => !removeTags.includes(tag)) };
}

function tooManyTags(pointer: string, count: number): Fault {
  return {
    pointer,
    code: "too_many_tags",
    expected: `at most ${MOST_TAGS} tags on a key`,
    found: `${count}`,
  };
}

/** Moves keys to the trash, all or none. Throws `not_found` and `conflict` (named twice), `errors` names every item. */
export async function deleteKeys(
  call: WriteWork,
  { project, reach }: Place,
  { keys: references, message }: Fields<"keys.delete">,
): Promise<Output<"keys.delete">> {
  await lockProject(call, project);
  const keys = await needKeys(call.store, project, references);
  await moveToTrash(call, project, reach.organization.slug, keys);
  const changesetId = await recordChangeset(call, project, { message, changes: keys.map(deletionOf) });
  const keyIds = keys.map((key) => key.id);
  await countMoved(call, project, keyIds, -1, changesetId);
  return { changesetId, deleted: keys.length };
}

/** Takes keys out of the trash with the values they had, all or none. Throws as `needDeletedKeys` does. */
export async function restoreKeys(
  call: WriteWork,
  { project, reach }: Place,
  { ids, message }: Fields<"keys.restore">,
): Promise<Output<"keys.restore">> {
  await lockProject(call, project);
  const keys = await needDeletedKeys(call.store, project, ids);
  await takeFromTrash(call, project, reach.organization.slug, keys);
  const changesetId = await recordChangeset(call, project, { message, changes: keys.map(restorationOf) });
  const keyIds = keys.map((key) => key.id);
  await countMoved(call, project, keyIds, 1, changesetId);
  return { changesetId, items: keys.map((key) => toKey({ ...key, revision: key.revision + 1 })) };
}

function findMoved(
  pointer: string,
  expected: number | undefined,
  yours: object,
  key: KeyTable,
): Fault | undefined {
  if (expected === undefined || expected === key.revision) return undefined;
  return {
    pointer,
    code: "revision_moved",
    expected: `revision ${expected}`,
    found: `revision ${key.revision}`,
    yours: { ...yours },
    present: toKey(key),
  };
}
