import { randomUUID } from "node:crypto";
import type { Input, Output } from "@parlance/contract/operations";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { iso } from "../platform/clock.ts";

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

/** A key as callers see it. */
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
