import type { FieldError } from "@parlance/contract/errors";
import type { KeyTable, NamespaceTable, TranslationTable } from "../database/schema.ts";
import type { Change } from "../history/record-changeset.ts";
import type { Fault } from "./faults.ts";
import type { FoundKey } from "./store-keys.ts";
import type { StoredValue } from "./store-values.ts";

/** What is to become of the texts of one project: read and checked under its write lock, and not done yet. */
export type Plan = TextsPlan | NamespacePlan | SourcePlan;

/** What becomes of named keys and values; each key and each value stands in one of the lists at most. */
export interface TextsPlan {
  kind: "texts";
  created: readonly KeyTable[];
  changed: readonly KeyChange[];
  /** Into the trash, with their values. */
  trashed: readonly FoundKey[];
  /** Out of the trash, with the values they had. */
  restored: readonly FoundKey[];
  written: readonly ValueWrite[];
  removed: readonly StoredValue[];
  /**
   * When the changeset was made that this plan takes back; null for others. What became outdated then fits again where
   * its source text comes back.
   */
  takesBack: number | null;
}

/** A namespace gets another name and takes all its keys along, those of the trash too: so many that none is named. */
export interface NamespacePlan {
  kind: "namespace";
  before: NamespaceTable;
  after: NamespaceTable;
}

/** Another language becomes the source. */
export interface SourcePlan {
  kind: "source";
  from: string;
  to: string;
  /** Keys whose text in the new source was outdated, so that their other texts were written for another one. */
  outdatedKeyIds: readonly string[];
}

export interface KeyChange {
  before: KeyTable;
  after: KeyTable;
  /** For the history; null when everything was already so. */
  change: Change | null;
  /** It has another namespace or name then. */
  moved: boolean;
}

export interface ValueWrite {
  keyId: string;
  language: string;
  text: string;
  status: TranslationTable["status"];
  /** What stands there now. */
  before: StoredValue | undefined;
  /** The text stays, so that nothing is said about whether it fits its source text; one that is written does. */
  onlyStatus?: boolean;
}

/** What a planner found. */
export interface Planned<Of extends Plan = TextsPlan> {
  plan: Of;
  /** Why it must not be applied, in the order of the input; collisions among them. */
  faults: Fault[];
  /** What is wrong with texts of a project that lets them pass all the same. */
  warnings?: FieldError[];
  /** Those of the faults that say that something is not as the writer knew it, with both sides. */
  collisions: Fault[];
}

/** A plan of named keys and values, of which most kinds of writes fill in one list. */
export function planOf(parts: Partial<Omit<TextsPlan, "kind">>): TextsPlan {
  return { kind: "texts", ...NO_ROWS, takesBack: null, ...parts };
}

/** Every list of a plan. */
const NO_ROWS = { created: [], changed: [], trashed: [], restored: [], written: [], removed: [] };

export function isEmpty(plan: TextsPlan): boolean {
  return Object.keys(NO_ROWS).every((list) => plan[list as keyof typeof NO_ROWS].length === 0);
}

/** Whether it is a write: the same text again says that it still fits an edited source. */
export function isNewValue({
  before,
  text,
  status,
}: Pick<ValueWrite, "before" | "text" | "status">): boolean {
  return before?.text !== text || before.status !== status || before.outdatedAt !== null;
}

/** Whether the text has to be checked: it is new, or said to fit another source text. */
export function fitsAnew({ before, text, onlyStatus }: Omit<ValueWrite, "keyId" | "language">): boolean {
  return !onlyStatus && (before?.text !== text || before.outdatedAt !== null);
}

/** Names a value among others, as maps of values do. */
export function pairOf({ keyId, language }: { keyId: string; language: string }): string {
  return `${keyId}/${language}`;
}
