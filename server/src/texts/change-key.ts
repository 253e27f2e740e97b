import type { Input } from "@parlance/contract/operations";
import type { KeyTable } from "../database/schema.ts";
import type { Change } from "../history/record-changeset.ts";
import { ofKey } from "./history-of-plan.ts";
import type { KeyChange } from "./plan.ts";

const FIELDS = ["namespace", "name", "description", "format", "tags", "maxLength"] as const;
export type NewFields = Partial<Pick<Input<"keys.update">, (typeof FIELDS)[number]>>;

/** What a key is with these fields, and what its history says of it. Pure. */
export function changeOfKey(before: KeyTable, fields: NewFields, now: number): KeyChange {
  const after = apply(before, fields, now);
  const change = changeBetween(before, after);
  if (!change) return { before, after: before, change, moved: false };
  return { before, after, change, moved: before.namespace !== after.namespace || before.name !== after.name };
}

function apply(key: KeyTable, { tags, ...fields }: NewFields, now: number): KeyTable {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...key,
    ...Object.fromEntries(given),
    tags: tags ? JSON.stringify(tags) : key.tags,
    revision: key.revision + 1,
    updatedAt: now,
  };
}

/** Holds only the fields that differ, as JSON. */
function changeBetween(before: KeyTable, after: KeyTable): Change | null {
  const differing = FIELDS.filter((field) => before[field] !== after[field]);
  if (differing.length === 0) return null;
  const pick = (key: KeyTable) =>
    JSON.stringify(Object.fromEntries(differing.map((f) => [f, fieldOf(key, f)])));
  return { ...ofKey(before.id, after.revision), kind: "changed", before: pick(before), after: pick(after) };
}

function fieldOf(key: KeyTable, field: (typeof FIELDS)[number]): unknown {
  return field === "tags" ? JSON.parse(key.tags) : key[field];
}
