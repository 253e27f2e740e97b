import type { Output } from "@parlance/contract/operations";
import type { Item } from "../../data/queries.ts";
import { count } from "../../parts/words.ts";

export type Changeset = Item<"changesets.list">;
export type Change = Output<"changesets.get">["changes"]["items"][number];
export type Skipped = Output<"changesets.revert">["skipped"][number];

/** "2 keys and 40 texts"; a zero is left out. */
export function amountOf({ keyCount, valueCount }: Pick<Changeset, "keyCount" | "valueCount">): string {
  const parts = [keyCount > 0 && count(keyCount, "key"), valueCount > 0 && count(valueCount, "text")];
  return parts.filter(Boolean).join(" and ") || "Nothing";
}

/** Why something stays as it is when a changeset is taken back. */
export const REASONS: Record<Skipped["reason"], string> = {
  overwritten: "It was written again since.",
  key_used: "Somebody added texts to the key since.",
  key_deleted: "The key is in the trash.",
  key_gone: "The key is gone for good.",
  name_taken: "Another key has its old name.",
  path_collision: "Its old name collides with keys below or above it.",
  language_removed: "The project has no such language any more.",
};

const FIELDS: Record<string, string> = {
  name: "Name",
  namespace: "Namespace",
  description: "Description",
  format: "Format",
  tags: "Tags",
  maxLength: "Maximum length",
};

/** What became of a key itself: its fields that changed, old → new, in words. */
export function fieldChanges({
  keyBefore,
  keyAfter,
}: Pick<Change, "keyBefore" | "keyAfter">): { field: string; before: string; after: string }[] {
  const names = Object.keys({ ...keyBefore, ...keyAfter });
  return names.map((name) => ({
    field: FIELDS[name] ?? name,
    before: shown(keyBefore?.[name]),
    after: shown(keyAfter?.[name]),
  }));
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (Array.isArray(value)) return value.join(", ") || "nothing";
  return String(value);
}
