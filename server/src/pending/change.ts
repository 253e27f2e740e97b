import { createHash } from "node:crypto";
import { pacer } from "../platform/pacer.ts";
import type { KeyName } from "./key-name.ts";

/** One text that differs between two releases, or between a release and now; null where one side has none. */
export interface Change extends KeyName {
  language: string;
  before: string | null;
  after: string | null;
}

/** How many texts of one language differ. */
export interface Differences {
  language: string;
  added: number;
  changed: number;
  removed: number;
}

/** Enough to count the changes of a language and to recognize them later. */
export interface Summary extends Differences {
  /** SHA-256 over every change, base64url; of a language that is not published yet, its revision. */
  digest: string;
  /** Those with a change in them. */
  namespaces: readonly string[];
}

/** The changes of each language, in code point order of namespace and name. */
export interface ChangeReader {
  changes(code: string): Promise<readonly Change[]>;
  /** At most `limit` changes after a list position. */
  page(code: string, after: ListPosition, limit: number): Promise<ChangesPart>;
  summary(code: string): Promise<Summary>;
}

/** Where the list of a language's changes goes on. */
export interface ListPosition {
  /** The number of changes before it. */
  offset: number;
  /** The key of the last change before it, where the list is read key by key; else empty. */
  keyId: string;
}

export interface ChangesPart {
  items: readonly Change[];
  /** The key of the last item, where the list is read key by key; else empty. */
  keyId: string;
}

/** At most `limit` of the changes after a list position. */
export function partOf(changes: readonly Change[], { offset }: ListPosition, limit: number): ChangesPart {
  return { items: changes.slice(offset, offset + limit), keyId: "" };
}

/** Counts and digests all changes of a language. Gives way to other requests meanwhile. */
export async function summarize(language: string, changes: readonly Change[]): Promise<Summary> {
  const pace = pacer();
  const counts = { language, added: 0, changed: 0, removed: 0 };
  const namespaces = new Set<string>();
  const hash = createHash("sha256");
  for (const { namespace, name, before, after } of changes) {
    if (before === null) counts.added++;
    else if (after === null) counts.removed++;
    else counts.changed++;
    namespaces.add(namespace);
    hash.update(JSON.stringify([namespace, name, before, after]));
    await pace();
  }
  return { ...counts, namespaces: [...namespaces], digest: hash.digest("base64url") };
}
