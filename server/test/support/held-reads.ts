import type { KyselyPlugin, QueryId } from "kysely";
import type { Database } from "../../src/context.ts";

export interface HeldReads {
  db: Database;
  /** From now on no read of this table is answered; `null` lets new ones through again. */
  hold(table: string | null): void;
  /** How many reads wait. */
  count(): number;
  /** Answers those that wait. */
  release(): void;
}

/** The same database through connections that can fall silent, as those do whose other end is gone without a word. */
export function heldReads(db: Database): HeldReads {
  const queries = new WeakSet<QueryId>();
  let held: string | null = null;
  let waiting: (() => void)[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const isHeld = held !== null && JSON.stringify(node).includes(`"name":"${held}"`);
      if (isHeld) queries.add(queryId);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (queries.has(queryId)) await new Promise<void>((resolve) => waiting.push(resolve));
      return result;
    },
  };
  return {
    db: { ...db, read: db.read.withPlugin(plugin) },
    hold: (table) => {
      held = table;
    },
    count: () => waiting.length,
    release: () => {
      for (const answer of waiting) answer();
      waiting = [];
    },
  };
}
