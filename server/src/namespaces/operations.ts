import type { Handlers } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { deleteNamespace, findNamespace, namespacesAfter, toNamespace } from "../projects/namespaces.ts";
import { lockProject } from "../projects/write-lock.ts";
import { updateNamespace } from "./update-namespace.ts";

export const namespaceHandlers: Handlers<"namespaces.list" | "namespaces.update" | "namespaces.delete"> = {
  async "namespaces.list"(call, { limit, cursor }) {
    const [after] = (decodeCursor(cursor, ["string"]) ?? []) as string[];
    const rows = await namespacesAfter(call.store, call.project, { after, limit: limit + 1 });
    return toPage(rows, limit, toNamespace, (row) => [row.name]);
  },

  async "namespaces.update"(call, input) {
    const result = await updateNamespace(call, call.project, input);
    call.note({ namespace: input.namespace, name: result.name, changesetId: result.changesetId });
    return result;
  },

  async "namespaces.delete"(call, { namespace }) {
    await lockProject(call, call.project);
    await deleteNamespace(call.store, await findNamespace(call.store, call.project, namespace));
    call.note({ namespace });
  },
};
