import type { Reader } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { changesetsByIds } from "../history/find-changeset.ts";
import { iso } from "../platform/clock.ts";
import type { Fault } from "./faults.ts";
import { toKey } from "./new-key.ts";
import type { StoredValue } from "./store-values.ts";

/** A value that somebody writes over one they know, or removes: then without text and status. */
interface Expecting {
  /** Where the value stands in the input. */
  at: string;
  /** The revision they know; 0 for none; undefined when they do not care. */
  expected: number | undefined;
  text?: string;
  status?: StoredValue["status"];
  before: StoredValue | undefined;
}

/** Longer lists say of the rest only that they collide: two long texts each would make an answer without bounds. */
const MOST_WITH_TEXTS = 100;

/** The values that are not what their writer knew, each with both sides: theirs, and what stands there by whom. */
export async function findCollisions(store: Reader, values: readonly Expecting[]): Promise<Fault[]> {
  const moved = values.filter(
    ({ expected, before }) => expected !== undefined && expected !== (before?.revision ?? 0),
  );
  const shown = moved.slice(0, MOST_WITH_TEXTS);
  const ids = shown.flatMap(({ before }) => before?.changesetId ?? []);
  const changesets = await changesetsByIds(store, [...new Set(ids)]);
  return moved.map((value, index): Fault => {
    const { at, expected, text, status, before } = value;
    const fault = {
      pointer: `${at}/revision`,
      code: "revision_moved" as const,
      expected: `revision ${expected}`,
      found: before ? `revision ${before.revision}` : "no value",
    };
    if (index >= MOST_WITH_TEXTS) return fault;
    const actor = before && changesets.get(before.changesetId)?.actor;
    const present = before && {
      text: before.text,
      status: before.status,
      revision: before.revision,
      changesetId: before.changesetId,
      updatedAt: iso(before.updatedAt),
      ...(actor && { actor }),
    };
    return { ...fault, yours: text === undefined ? {} : { text, status }, present: present ?? null };
  });
}

/** The same for a key itself; undefined when it is as its writer knew it, or they do not care. */
export function findMovedKey(
  pointer: string,
  { key, expected, yours }: { key: KeyTable; expected: number | undefined; yours: object },
): Fault | undefined {
  if (expected === undefined || expected === key.revision) return undefined;
  return {
    pointer,
    code: "revision_moved",
    expected: `revision ${expected}`,
    found: `revision ${key.revision}`,
    yours: { ...yours },
    present: toKey(key),
  };
}
