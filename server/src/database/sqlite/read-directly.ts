import { Lru } from "../../platform/lru.ts";
import type { BuiltQuery, Direct } from "../direct.ts";
import type { SqliteFile } from "./file.ts";
import type { TableVersions } from "./table-versions.ts";

/** In rows; an answer without any counts as one, and long texts count as further rows. */
const CACHED_ROWS = 20_000;
/** In UTF-16 code units: so all texts in the cache together are some 10 million at the most. */
const CHARACTERS_OF_A_ROW = 500;
/** In UTF-16 code units, of the values of a query. No id, hash or slug is longer, but what a caller asks for may be. */
const LONGEST_KEY = 300;

interface Cached {
  readonly rows: unknown[];
  /** Of what the statement reads, just before it did. */
  readonly version: number;
}

/**
 * Runs built queries on the connection for reads, and those that may be cached only when something that they read was
 * written since. So nothing outlives a revoke, whichever process made it, and a call whose rows did not change runs no statement.
 */
export function readDirectly(file: SqliteFile, versions: TableVersions): Direct {
  const cache = new Lru<Cached>(CACHED_ROWS);
  return {
    isPipelined: false,
    isShared: false,
    rows({ sql, name, cached }: BuiltQuery, parameters) {
      const statement = file.prepare(sql);
      const key = cached ? keyOf(name, parameters) : "";
      if (!cached || key.length > LONGEST_KEY) return statement.all(parameters);
      const version = versions.of(statement);
      const known = cache.get(key);
      if (known?.version === version) return known.rows;
      const rows = statement.all(parameters);
      for (const row of rows) Object.freeze(row);
      Object.freeze(rows);
      cache.set(key, { rows, version }, weightOf(rows));
      return rows;
    },
    send() {
      throw new Error("A write belongs into a transaction.");
    },
  };
}

function weightOf(rows: readonly unknown[]): number {
  let characters = 0;
  for (const row of rows as readonly Record<string, unknown>[]) {
    for (const name in row) {
      const value = row[name];
      if (typeof value === "string") characters += value.length;
    }
  }
  return Math.max(1, rows.length) + Math.floor(characters / CHARACTERS_OF_A_ROW);
}

/** Different for different parameters, whatever characters are in them. */
function keyOf(name: string, parameters: readonly unknown[]): string {
  const [only] = parameters;
  if (parameters.length === 1 && typeof only === "string") return `${name} ${only}`;
  return `${name}:${JSON.stringify(parameters)}`;
}

/** Runs built queries in the open transaction, which is the caller's. */
export function writeDirectly(file: SqliteFile): Direct {
  const rows = ({ sql }: { sql: string }, parameters: readonly unknown[]) => {
    const statement = file.prepare(sql);
    if (statement.reader) return statement.all(parameters);
    statement.run(parameters);
    return [];
  };
  return {
    isPipelined: false,
    isShared: false,
    rows,
    send: (query, parameters) => void rows(query, parameters),
  };
}
