import { randomUUID } from "node:crypto";
import type { Input, Output } from "@parlance/contract/operations";
import { type Change, KEY_ITSELF } from "../changes/record-changeset.ts";
import type { WriteWork } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { iso } from "../platform/clock.ts";
import { insertKeys } from "./store.ts";
import { tellOfKeys } from "./tell-of-keys.ts";

export type NewKey = Input<"keys.create">["keys"][number];

export function newKeyRow(project: ProjectTable, key: NewKey, now: number): KeyTable {
  return {
    id: randomUUID(),
    projectId: project.id,
    namespace: key.namespace,
    name: key.name,
    description: key.description ?? null,
    format: key.format,
    tags: JSON.stringify(key.tags),
    maxLength: key.maxLength ?? null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/** Stores keys that were checked under the project's write lock, and tells whoever listens. */
export async function storeKeys(
  call: WriteWork,
  project: ProjectTable,
  organizationSlug: string,
  rows: readonly KeyTable[],
): Promise<void> {
  await insertKeys(call.store, rows);
  await tellOfKeys(call, project, organizationSlug, "keys.created", rows);
}

export function creationOf(row: KeyTable): Change {
  return {
    keyId: row.id,
    language: KEY_ITSELF,
    kind: "created",
    before: null,
    after: JSON.stringify({ namespace: row.namespace, name: row.name }),
    statusBefore: null,
    statusAfter: null,
    revision: row.revision,
  };
}

export function toKey(row: KeyTable): Output<"keys.list">["items"][number] {
  return {
    id: row.id,
    namespace: row.namespace,
    name: row.name,
    description: row.description,
    format: row.format,
    tags: JSON.parse(row.tags),
    maxLength: row.maxLength,
    revision: row.revision,
    createdAt: iso(row.createdAt),
  };
}
