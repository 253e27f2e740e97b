import type { CompiledQuery } from "kysely";
import type { Reader } from "./open.ts";

/** A connection, or several, on which a query that is built already runs without Kysely between. */
export interface Direct {
  /** Rows at once on SQLite, later on Postgres. */
  rows(query: BuiltQuery, parameters: readonly unknown[]): unknown[] | Promise<unknown[]>;
  /**
   * Only inside a transaction, for a statement whose answer nobody needs: on Postgres it travels with whatever comes next. A
   * failure of it fails the transaction.
   */
  send(query: BuiltQuery, parameters: readonly unknown[]): void;
}

export interface BuiltQuery extends CompiledQuery {
  /** The same for the same statement, in this process. */
  readonly name: string;
  /** Whether its rows may be cached, where the engine can tell that they are still the rows (`row-cache.ts`). */
  readonly cached: boolean;
}

const directs = new WeakMap<Reader, Direct>();

/** From now on, queries that are built once run here when they are given this store. */
export function runDirectly(store: Reader, direct: Direct): void {
  directs.set(store, direct);
}

export function directOf(store: Reader): Direct | undefined {
  return directs.get(store);
}
