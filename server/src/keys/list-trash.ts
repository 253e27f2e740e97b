import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, ReadCall } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { toKey } from "../texts/new-key.ts";
import { selectTrash } from "./store.ts";

/** A page of deleted keys, the last deleted first. Throws `invalid_request` for a cursor that no page gave. */
export async function listTrash(
  { store }: ReadCall,
  project: PlacedProject,
  { limit, cursor }: Input<"trash.list">,
): Promise<Output<"trash.list">> {
  const [deletedAt, id] = decodeCursor(cursor, ["number", "string"]) ?? [];
  const after = id === undefined ? undefined : { deletedAt: Number(deletedAt), id: String(id) };
  const rows = await selectTrash(store, project.id, after, limit + 1);
  return toPage(
    rows,
    limit,
    (key) => ({ ...toKey(key), deletedAt: iso(key.deletedAt ?? 0) }),
    (key) => [key.deletedAt ?? 0, key.id],
  );
}
