import type { Input, Output } from "@parlance/contract/operations";
import type { Handlers } from "../context.ts";
import type { NamespaceTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { selectNamespacePage, updateNamespaceRow } from "./store.ts";
import { lockProject } from "./write-lock.ts";

export const namespaceHandlers: Handlers<"namespaces.list" | "namespaces.update"> = {
  async "namespaces.list"(call, { limit, cursor }) {
    const [after] = decodeCursor(cursor, ["string"]) ?? [];
    const rows = await selectNamespacePage(
      call.store,
      call.project.id,
      after as string | undefined,
      limit + 1,
    );
    return toPage(rows, limit, toNamespace, (row) => [row.name]);
  },

  async "namespaces.update"(call, { projectId: _, namespace, ...fields }) {
    await lockProject(call, call.project);
    const row = await updateNamespaceRow(call.store, call.project.id, namespace, columnsOf(fields));
    if (!row) throw new ApiError("not_found", `The project has no namespace ${namespace}.`);
    call.note({ namespace });
    return toNamespace(row);
  },
};

type Fields = Omit<Input<"namespaces.update">, "projectId" | "namespace">;

/** Only what was given. */
function columnsOf({ tags, ...texts }: Fields): Partial<NamespaceTable> {
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  return { ...Object.fromEntries(given), ...(tags && { tags: JSON.stringify(tags) }) };
}

function toNamespace(row: NamespaceTable): Output<"namespaces.update"> {
  const { name, keyCount, description, team, domain, aiPrompt, tags } = row;
  return { name, keyCount, description, team, domain, aiPrompt, tags: JSON.parse(tags) };
}
