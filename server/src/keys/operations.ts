import type { Handlers } from "../context.ts";
import { toPage } from "../platform/cursor.ts";
import { toKey } from "./create-keys.ts";
import { placeOf } from "./find-keys.ts";
import { selectKeys } from "./store.ts";

export const keyHandlers: Handlers<"keys.list"> = {
  async "keys.list"(call, { namespace, limit, cursor }) {
    const projectId = call.project.id;
    const { after } = await placeOf(call.store, projectId, cursor);
    const rows = await selectKeys(call.store, { projectId, namespace, after, limit: limit + 1 });
    return toPage(rows, limit, toKey, (key) => [key.id]);
  },
};
