import type { Input, Output } from "@parlance/contract/operations";
import { recordChangeset } from "../changes/record-changeset.ts";
import type { Call, Reach } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { changeKey, deletionOf, restorationOf } from "../keys/change-key.ts";
import { toKey } from "../keys/create-keys.ts";
import { findKey } from "../keys/find-keys.ts";
import { moveToTrash, needDeletedKeys, needKeys, takeFromTrash } from "../keys/trash.ts";
import { ApiError } from "../platform/api-error.ts";
import { lockProject } from "../projects/write-lock.ts";
import { countMoved } from "./count-moved.ts";

type Place = { project: ProjectTable; reach: Reach };
type Fields<Name extends "keys.update" | "keys.delete" | "keys.restore"> = Omit<Input<Name>, "projectId">;

/**
 * Renames, moves or describes a key. Throws as `changeKey` does, and `conflict` with both sides when its revision is not
 * the one in `If-Match`.
 */
export async function updateKey(
  call: Call,
  { project }: Place,
  { keyId, message, ...fields }: Fields<"keys.update">,
): Promise<Output<"keys.update">> {
  await lockProject(call, project);
  if (call.expectedRevision !== undefined) {
    const present = toKey(await findKey(call.store, project.id, keyId));
    if (present.revision !== call.expectedRevision) refuseMoved(call.expectedRevision, fields, present);
  }
  const { after, change, moved } = await changeKey(call, project, keyId, fields);
  if (!change) return { changesetId: null, key: toKey(after) };
  if (moved) await countMoved(call, project, [after.id], 0);
  const changesetId = await recordChangeset(call, project, { message, changes: [change] });
  return { changesetId, key: toKey(after) };
}

/** Moves keys to the trash, all or none. Throws `not_found` and `conflict` (named twice), `errors` names every item. */
export async function deleteKeys(
  call: Call,
  { project, reach }: Place,
  { keys: references, message }: Fields<"keys.delete">,
): Promise<Output<"keys.delete">> {
  await lockProject(call, project);
  const keys = await needKeys(call.store, project, references);
  await moveToTrash(call, project, reach.organization.slug, keys);
  await countMoved(
    call,
    project,
    keys.map((key) => key.id),
    -1,
  );
  const changesetId = await recordChangeset(call, project, { message, changes: keys.map(deletionOf) });
  return { changesetId, deleted: keys.length };
}

/** Takes keys out of the trash with the values they had, all or none. Throws as `needDeletedKeys` does. */
export async function restoreKeys(
  call: Call,
  { project, reach }: Place,
  { ids, message }: Fields<"keys.restore">,
): Promise<Output<"keys.restore">> {
  await lockProject(call, project);
  const keys = await needDeletedKeys(call.store, project, ids);
  await takeFromTrash(call, project, reach.organization.slug, keys);
  await countMoved(
    call,
    project,
    keys.map((key) => key.id),
    1,
  );
  const changesetId = await recordChangeset(call, project, { message, changes: keys.map(restorationOf) });
  return { changesetId, items: keys.map((key) => toKey({ ...key, revision: key.revision + 1 })) };
}

function refuseMoved(expected: number, yours: object, present: ReturnType<typeof toKey>): never {
  throw new ApiError("conflict", "Nothing was stored: the key was changed meanwhile.", {
    errors: [
      {
        pointer: "",
        code: "revision_moved",
        expected: `revision ${expected}`,
        found: `revision ${present.revision}`,
        yours: { ...yours },
        present,
      },
    ],
  });
}
