import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { Input, Output } from "@parlance/contract/operations";
import type { Handlers, Reader, WriteWork } from "../context.ts";
import type { NamespaceTable, ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { deleteNamespaceRow, selectNamespace, selectNamespacePage, updateNamespaceRow } from "./store.ts";
import { lockProject } from "./write-lock.ts";

export const namespaceHandlers: Handlers<"namespaces.list" | "namespaces.delete"> = {
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

  async "namespaces.delete"(call, { namespace }) {
    await lockProject(call, call.project);
    const { keyCount } = await findNamespace(call.store, call.project, namespace);
    refuseDefault(namespace, "cannot be deleted", "/namespace");
    if (keyCount > 0) {
      throw new ApiError("conflict", `The namespace ${namespace} has keys. Move or delete them first.`, {
        errors: [
          { pointer: "/namespace", code: "not_empty", expected: "no keys", found: `${keyCount} keys` },
        ],
      });
    }
    await deleteNamespaceRow(call.store, call.project.id, namespace);
    call.note({ namespace });
  },
};

/** Throws `not_found` with the name. */
export async function findNamespace(
  store: Reader,
  project: ProjectTable,
  name: string,
): Promise<NamespaceTable> {
  const row = await selectNamespace(store, project.id, name);
  if (!row) throw new ApiError("not_found", `The project has no namespace ${name}.`);
  return row;
}

/** Throws `conflict` when a namespace cannot be renamed so: the name is taken, or one of the two is the default. */
export async function refuseRename(
  store: Reader,
  project: ProjectTable,
  from: string,
  to: string,
): Promise<void> {
  refuseDefault(from, "keeps its name", "/namespace");
  refuseDefault(to, "is never another one renamed; move the keys there instead", "/name");
  if (!(await selectNamespace(store, project.id, to))) return;
  throw new ApiError("conflict", `The project has a namespace ${to} already. Move the keys there instead.`, {
    errors: [{ pointer: "/name", code: "exists", expected: "a name that is free", found: to }],
  });
}

type Fields = Omit<Input<"namespaces.update">, "namespace" | "message">;

/** Stores what was given; the keys of a namespace with another name are the caller's to move. */
export async function changeNamespace(
  call: WriteWork,
  project: ProjectTable,
  namespace: string,
  { tags, ...texts }: Fields,
): Promise<Output<"namespaces.list">["items"][number]> {
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  const fields = { ...Object.fromEntries(given), ...(tags && { tags: JSON.stringify(tags) }) };
  const row = await updateNamespaceRow(call.store, project.id, namespace, fields);
  if (!row) throw new ApiError("not_found", `The project has no namespace ${namespace}.`);
  return toNamespace(row);
}

function refuseDefault(name: string, what: string, pointer: string): void {
  if (name !== DEFAULT_NAMESPACE) return;
  throw new ApiError("conflict", `The namespace ${DEFAULT_NAMESPACE} ${what}.`, {
    errors: [{ pointer, code: "default_namespace", found: name }],
  });
}

function toNamespace(row: NamespaceTable): Output<"namespaces.list">["items"][number] {
  const { name, keyCount, description, team, domain, aiPrompt, tags } = row;
  return { name, keyCount, description, team, domain, aiPrompt, tags: JSON.parse(tags) };
}
