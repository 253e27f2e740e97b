import type { TranslationTable } from "../database/schema.ts";

/** The statuses that a release holds. */
export type Statuses = readonly TranslationTable["status"][];

/** Each stands above the one before (spec/translations, "Model"). */
const STATUSES: Statuses = ["draft", "reviewed", "approved"];

export function statusesFrom(lowest: TranslationTable["status"]): Statuses {
  return STATUSES.slice(STATUSES.indexOf(lowest));
}

/** The others. */
export function statusesBelow(statuses: Statuses): Statuses {
  return STATUSES.filter((status) => !statuses.includes(status));
}

/** What a release holds of a value; null for none. */
export function textOf(
  value: { text: string | null; status: string | null } | undefined,
  statuses: readonly string[],
): string | null {
  return value?.status && statuses.includes(value.status) ? value.text : null;
}
