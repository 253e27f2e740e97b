import { createHash } from "node:crypto";
import type { Database } from "../database/open.ts";
import { Lru } from "../platform/lru.ts";
import { pacer } from "../platform/pacer.ts";
import { perOwner } from "../platform/per-owner.ts";
import type { Change } from "./contents.ts";

/** How many texts differ, of one language. */
export interface Differences {
  language: string;
  added: number;
  changed: number;
  removed: number;
}

/** Enough to count the changes of a language and to know them again. */
export interface Summary extends Differences {
  /** Of every change. */
  digest: string;
  namespaces: readonly string[];
}

/** What differs in each language, in code point order of namespace and name. */
export interface ChangeReader {
  changes(code: string): Promise<readonly Change[]>;
  /** So many of them behind a place among them. */
  page(code: string, after: PlaceInChanges, limit: number): Promise<ChangesCut>;
  summary(code: string): Promise<Summary>;
}

/** After how many changes, and where that can be told, after which key. */
export interface PlaceInChanges {
  offset: number;
  keyId: string;
}

export interface ChangesCut {
  items: readonly Change[];
  /** Of the last one, or empty. */
  keyId: string;
}

interface Source {
  /** Says all that the changes of a language depend on, because what it names is never read again. */
  keyOf(code: string): string;
  read(code: string): Promise<readonly Change[]>;
}

const MOST_SUMMARIES = 5000;
/** A language of a hundred thousand texts that are all new, some tens of megabytes. */
const MOST_CHANGES = 120_000;

/** Keeps what was read in this process, within bounds, so that further pages are not read from the start. */
export function remembered(db: Database, { keyOf, read }: Source): ChangeReader {
  const memory = memoryOf(db);
  const changes = async (code: string) => {
    const key = keyOf(code);
    const known = memory.changes.get(key);
    if (known) return known;
    const found = await read(code);
    memory.changes.set(key, found, found.length + 1);
    return found;
  };
  return {
    changes,
    page: async (code, after, limit) => cutOf(await changes(code), after, limit),
    async summary(code) {
      const key = keyOf(code);
      const known = memory.summaries.get(key);
      if (known) return known;
      const summary = await summarize(code, await changes(code));
      memory.summaries.set(key, summary);
      return summary;
    },
  };
}

export function cutOf(changes: readonly Change[], { offset }: PlaceInChanges, limit: number): ChangesCut {
  return { items: changes.slice(offset, offset + limit), keyId: "" };
}

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

interface Memory {
  changes: Lru<readonly Change[]>;
  summaries: Lru<Summary>;
}

const memoryOf = perOwner(
  (): Memory => ({ changes: new Lru(MOST_CHANGES), summaries: new Lru(MOST_SUMMARIES) }),
);
