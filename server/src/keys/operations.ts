import type { Handlers } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { toKey } from "./create-keys.ts";
import { placeOf } from "./find-keys.ts";
import { selectKeys, selectTrash } from "./store.ts";

export const keyHandlers: Handlers<"keys.list" | "trash.list"> = {
  async "keys.list"(call, { namespace, limit, cursor }) {
    const projectId = call.project.id;
    const { after } = await placeOf(call.store, projectId, cursor);
    const rows = await selectKeys(call.store, { projectId, namespace, after, limit: limit + 1 });
    return toPage(rows, limit, toKey, (key) => [key.id]);
  },

  async "trash.list"(call, { limit, cursor }) {
    const [deletedAt, id] = decodeCursor(cursor, ["number", "string"]) ?? [];
    const after = id === undefined ? undefined : { deletedAt: Number(deletedAt), id: String(id) };
    const rows = await selectTrash(call.store, call.project.id, after, limit + 1);
    return toPage(
      rows,
      limit,
      (key) => ({ ...toKey(key), deletedAt: iso(key.deletedAt ?? 0) }),
      (key) => [key.deletedAt ?? 0, key.id],
    );
  },
};
