import { randomUUID } from "node:crypto";
import type { Input, Output } from "@parlance/contract/operations";
import { type Change, KEY_ITSELF } from "../changes/record-changeset.ts";
import type { Call } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { iso } from "../platform/clock.ts";
import { countKeys } from "../projects/write-lock.ts";
import { announce } from "../webhooks/announce.ts";
import { insertKeys } from "./store.ts";

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
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/** Stores keys that were checked under the project's write lock, and tells whoever listens. */
export async function storeKeys(
  call: Call,
  project: ProjectTable,
  organizationSlug: string,
  rows: readonly KeyTable[],
): Promise<void> {
  await insertKeys(call.store, rows);
  const byNamespace = Map.groupBy(rows, (row) => row.namespace);
  await countKeys(call, project, new Map([...byNamespace].map(([name, keys]) => [name, keys.length])));
  for (const [namespace, keys] of byNamespace) {
    await announce(call.store, "keys.created", {
      organizationId: project.organizationId,
      projectId: project.id,
      now: call.now,
      data: {
        org: organizationSlug,
        project: project.slug,
        namespace,
        keys: keys.map((key) => key.name),
      },
    });
  }
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
    revision: 1,
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
    createdAt: iso(row.createdAt),
  };
}
