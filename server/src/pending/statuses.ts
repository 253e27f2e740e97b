import type { TranslationTable } from "../database/schema.ts";
import type { KeyName } from "./key-name.ts";

/** A text as a release holds it. */
export interface PublishedValue extends KeyName {
  text: string;
}

/** The statuses of the values that a release holds. */
export type Statuses = readonly TranslationTable["status"][];

/** Each stands above the one before it (spec/translations, "Model"). */
const STATUSES: Statuses = ["draft", "reviewed", "approved"];

/** The status that a project publishes from, and those above it. */
export function statusesFrom(lowest: TranslationTable["status"]): Statuses {
  return STATUSES.slice(STATUSES.indexOf(lowest));
}

/** The statuses that `statuses` leaves out. */
export function statusesBelow(statuses: Statuses): Statuses {
  return STATUSES.filter((status) => !statuses.includes(status));
}

/** The text that a release holds of a value; null when it holds none. */
export function textOf(
  value: { text: string | null; status: string | null } | undefined,
  statuses: readonly string[],
): string | null {
  return value?.status && statuses.includes(value.status) ? value.text : null;
}
