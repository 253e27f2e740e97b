import type { Database } from "../database/open.ts";
import { Lru } from "../platform/lru.ts";
import { perOwner } from "../platform/per-owner.ts";
import { type Change, type ChangeReader, partOf, type Summary, summarize } from "./change.ts";

interface Source {
  /** Names all that the changes of a language depend on, because nothing is read again under the same name. */
  keyOf(code: string): string;
  read(code: string): Promise<readonly Change[]>;
}

const MOST_SUMMARIES = 5000;
/** As many as a language of a hundred thousand new texts has, some tens of megabytes. */
const MOST_CHANGES = 120_000;

interface Cache {
  changes: Lru<readonly Change[]>;
  summaries: Lru<Summary>;
}

const cacheOf = perOwner(
  (): Cache => ({ changes: new Lru(MOST_CHANGES), summaries: new Lru(MOST_SUMMARIES) }),
);

/** Caches the changes of a source in this process, within bounds, so that the next page is not read from the start. */
export function cacheChanges(db: Database, { keyOf, read }: Source): ChangeReader {
  const cache = cacheOf(db);
  const changes = async (code: string) => {
    const key = keyOf(code);
    const cached = cache.changes.get(key);
    if (cached) return cached;
    const found = await read(code);
    cache.changes.set(key, found, found.length + 1);
    return found;
  };
  return {
    changes,
    page: async (code, after, limit) => partOf(await changes(code), after, limit),
    async summary(code) {
      const key = keyOf(code);
      const cached = cache.summaries.get(key);
      if (cached) return cached;
      const summary = await summarize(code, await changes(code));
      cache.summaries.set(key, summary);
      return summary;
    },
  };
}
