import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { Input, Output } from "@parlance/contract/operations";
import type { Reader, Transaction } from "../context.ts";
import { inChunks } from "../database/in-chunks.ts";
import type { NamespaceTable, ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import {
  deleteNamespaceRow,
  selectNamespace,
  selectNamespacePage,
  selectNamespaces,
  selectNamespacesNamed,
  updateNamespaceRow,
} from "./store.ts";

/** A page of namespaces by name, beginning after one. */
export function namespacesAfter(
  store: Reader,
  { id }: ProjectTable,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<NamespaceTable[]> {
  return selectNamespacePage(store, id, after, limit);
}

/** The namespaces that have keys, by name, with how many; from counters. */
export async function countedNamespaces(
  store: Reader,
  projectId: string,
): Promise<{ name: string; keyCount: number }[]> {
  return (await selectNamespaces(store, projectId)).filter(({ keyCount }) => keyCount > 0);
}

/** The namespaces with these names, of those that exist. */
export function namespacesNamed(
  store: Reader,
  projectId: string,
  names: readonly string[],
): Promise<NamespaceTable[]> {
  return inChunks(names, (part) => selectNamespacesNamed(store, projectId, part));
}

/** The namespace with this name. Throws `not_found` that names it. */
export async function findNamespace(
  store: Reader,
  project: ProjectTable,
  name: string,
): Promise<NamespaceTable> {
  const row = await selectNamespace(store, project.id, name);
  if (!row) throw new ApiError("not_found", `The project has no namespace ${name}.`);
  return row;
}

/** Throws `conflict` when a namespace cannot get this name: it is taken, or one of the two is the default namespace. */
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

/** A namespace with these fields changed; those left out stay. Pure. */
export function withFields(before: NamespaceTable, { tags, ...texts }: Fields): NamespaceTable {
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  return { ...before, ...Object.fromEntries(given), ...(tags && { tags: JSON.stringify(tags) }) };
}

/** Stores a changed namespace. When its name changed, the caller moves its keys. */
export async function storeNamespace(
  store: Transaction,
  { projectId, name }: NamespaceTable,
  { keyCount: _, ...fields }: NamespaceTable,
): Promise<void> {
  await updateNamespaceRow(store, projectId, name, fields);
}

/** Deletes a namespace. Throws `conflict` for the default one and for one that has keys. */
export async function deleteNamespace(
  store: Transaction,
  { projectId, name, keyCount }: NamespaceTable,
): Promise<void> {
  refuseDefault(name, "cannot be deleted", "/namespace");
  if (keyCount > 0) {
    throw new ApiError("conflict", `The namespace ${name} has keys. Move or delete them first.`, {
      errors: [{ pointer: "/namespace", code: "not_empty", expected: "no keys", found: `${keyCount} keys` }],
    });
  }
  await deleteNamespaceRow(store, projectId, name);
}

function refuseDefault(name: string, what: string, pointer: string): void {
  if (name !== DEFAULT_NAMESPACE) return;
  throw new ApiError("conflict", `The namespace ${DEFAULT_NAMESPACE} ${what}.`, {
    errors: [{ pointer, code: "default_namespace", found: name }],
  });
}

export function toNamespace(row: NamespaceTable): Output<"namespaces.list">["items"][number] {
  const { name, keyCount, description, team, domain, aiPrompt, tags } = row;
  return { name, keyCount, description, team, domain, aiPrompt, tags: JSON.parse(tags) };
}
