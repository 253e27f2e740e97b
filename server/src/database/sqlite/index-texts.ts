import { setTimeout as sleep } from "node:timers/promises";
import type { SqliteFile } from "./file.ts";
import type { Touches } from "./table-versions.ts";

/** Ids of texts that the search index does not hold as they are; triggers fill it (migration 21). */
const PENDING = "searchPending";
/** One step holds the writer no longer, beyond the text that it is at: the longest takes some 30 ms. */
const LONGEST_STEP_MILLISECONDS = 15;
const ROWS_PER_STEP = 500;
/** Texts that are written shortly after one another are indexed together. */
const WAIT_MILLISECONDS = 50;
/** Before the next try where the disk is full or another process writes for long. */
const FAILED_MILLISECONDS = 5_000;

export interface TextIndexer {
  /** To be called with every statement that has run on the connection that writes. */
  ran(statement: Touches): void;
  /** Resolves when no step is under way and none will begin. What is left is indexed after the next start. */
  close(): Promise<void>;
}

/**
 * Keeps the search index up with the texts, after their writes and in short steps between those of others: to index texts
 * takes much longer than to store them, and would hold the only writer meanwhile. Until it has come to a text,
 * `text-search.ts` answers the key all the same.
 *
 * @param file the connection that writes
 * @param write runs a step in a transaction, in its turn among other writes
 */
export function indexTexts(
  file: SqliteFile,
  write: (step: () => Promise<boolean>) => Promise<boolean>,
): TextIndexer {
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let isStepping = false;
  /** Whether others have written texts since the last step. */
  let isBehind = false;

  const step = async () => {
    isStepping = true;
    isBehind = false;
    try {
      return indexSome(file);
    } finally {
      isStepping = false;
    }
  };

  const workOff = async () => {
    for (let pause = WAIT_MILLISECONDS; ; ) {
      const isOver = await sleep(pause, false, { ref: false, signal: closing.signal }).catch(() => true);
      if (isOver) return;
      const begun = performance.now();
      try {
        if ((await write(step)) && !isBehind) break;
        // Whoever waited has had a turn already, in the order of coming; some time is for who asks for several things.
        pause = (performance.now() - begun) / 4;
      } catch {
        // Whoever writes next meets the same and says so; what is left here is found without the index.
        pause = FAILED_MILLISECONDS;
      }
    }
    // In the same turn as the last look at `isBehind`: who writes from here on wakes it again.
    running = undefined;
  };

  const wake = () => {
    running ??= workOff();
  };
  // Another process, or this one before it ended, may have left some.
  wake();
  return {
    ran({ writes }) {
      if (isStepping || !writes.has(PENDING)) return;
      isBehind = true;
      wake();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Indexes some of the texts that wait, in the open transaction, and answers whether it came to the last. */
function indexSome(file: SqliteFile): boolean {
  const begun = performance.now();
  const waiting = file.prepare(SELECT_PENDING).all([ROWS_PER_STEP]);
  for (const { id } of waiting) {
    const [found] = file.prepare(SELECT_TEXT).all([id]);
    if (found) file.prepare(REPLACE_INDEXED).run([id, found.text]);
    else file.prepare(DELETE_INDEXED).run([id]);
    file.prepare(DELETE_PENDING).run([id]);
    if (performance.now() - begun > LONGEST_STEP_MILLISECONDS) return false;
  }
  return waiting.length < ROWS_PER_STEP;
}

const SELECT_PENDING = `select "id" from "${PENDING}" order by "id" limit ?`;
const SELECT_TEXT = `
  select coalesce("translations"."text", "keys"."name") as "text" from "searchTexts"
  inner join "keys" on "keys"."id" = "searchTexts"."keyId"
  left join "translations" using ("keyId", "language")
  where "searchTexts"."id" = ?`;
const REPLACE_INDEXED = `insert or replace into "searchIndex" (rowid, "text") values (?, ?)`;
const DELETE_INDEXED = `delete from "searchIndex" where rowid = ?`;
const DELETE_PENDING = `delete from "${PENDING}" where "id" = ?`;
