import type { Handlers } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { updateNamespace } from "./change-namespace.ts";
import { toKey } from "./create-keys.ts";
import { selectTrash } from "./store.ts";

export const keyHandlers: Handlers<"trash.list" | "namespaces.update"> = {
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

  async "namespaces.update"(call, input) {
    const result = await updateNamespace(call, call.project, input);
    call.note({ namespace: input.namespace, name: result.name, changesetId: result.changesetId });
    return result;
  },
};
