import type { CompiledQuery } from "kysely";
import type { Reader } from "./open.ts";

/** A connection, or several, on which a query that is built already runs without Kysely between. */
export interface Direct {
  /** Rows at once on SQLite, later on Postgres. */
  rows(query: BuiltQuery, parameters: readonly unknown[]): unknown[] | Promise<unknown[]>;
  /**
   * Only inside a transaction, for a statement whose answer nobody needs: on Postgres it travels with whatever comes next. A
   * failure of it fails the transaction.
   *
   * @param name of a query that is built once
   */
  send(
    query: Pick<CompiledQuery, "sql">,
    parameters: readonly unknown[],
    name?: string,
  ): void | Promise<void>;
  /** Whether sending does not wait for an answer. */
  readonly isPipelined: boolean;
  /** Whether everybody's statements stand in one line, so that a long answer holds up those behind it. */
  readonly isShared: boolean;
}

export interface BuiltQuery extends CompiledQuery {
  /** The same for the same statement, in this process. */
  readonly name: string;
  /** Whether its rows may be cached, where the engine can tell that they are still the rows (`sqlite/read-directly.ts`). */
  readonly cached: boolean;
}

const directs = new WeakMap<Reader, Direct>();

/** From now on, queries that are built once run here when they are given this store. */
export function runDirectly(store: Reader, direct: Direct): void {
  directs.set(store, direct);
}

/** The same while `work` goes on: whoever comes later, in a transaction that is over, is refused by Kysely. */
export async function directlyIn<Store extends Reader, Result>(
  store: Store,
  direct: Direct,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  directs.set(store, direct);
  try {
    return await work(store);
  } finally {
    directs.delete(store);
  }
}

/** Runs a write whose answer nobody needs, in the transaction `tx`: on Postgres it is not waited for. */
export async function send(tx: Reader, query: CompiledQuery): Promise<void> {
  const direct = directs.get(tx);
  // SQLite answers at once, and lets readers in between two statements only by the other way.
  if (direct?.isPipelined) await direct.send(query, query.parameters);
  else await tx.executeQuery(query);
}

export function directOf(store: Reader): Direct | undefined {
  return directs.get(store);
}
