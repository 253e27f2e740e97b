import { join } from "node:path";
import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { Config } from "../platform/config.ts";
import { noticingFullDisk } from "./disk-full.ts";
import type { Lock } from "./locks.ts";
import { connectPostgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";
import type { Schema } from "./schema.ts";
import type { TextSearch } from "./text-search.ts";

export type Transaction = KyselyTransaction<Schema>;
/** What a store reads from: inside a transaction, or outside of one. */
export type Reader = Kysely<Schema>;

/** Forbids the mistake that deadlocks SQLite: waiting for the database outside while a transaction is open. */
export interface Database {
  readonly engine: "sqlite" | "postgres";
  /** For reads outside of transactions. On SQLite a read-only connection. */
  readonly read: Reader;
  /** The writing connection or pool, for the sign-in library only. */
  readonly writer: Kysely<Schema>;
  /**
   * Runs `work` in one transaction; retried when Postgres reports a deadlock or serialization failure. Writes with the same
   * `turn` wait for each other in this process, without a connection: the id of a project, whose lock they will take.
   */
  write<Result>(work: (tx: Transaction) => Promise<Result>, options?: { turn?: string }): Promise<Result>;
  /**
   * Runs reads that all see the same moment. Writers do not wait for them. Throws `temporarily_unavailable` when too many
   * wait already.
   */
  snapshot<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Finds texts by a part of them. */
  readonly textSearch: TextSearch;
  /**
   * Lets one transaction at a time have a lock (`locks.ts`): what this one reads and writes from here on happens when it has
   * it, which is not waited for here. SQLite has one writer, so there it is free.
   */
  lock(tx: Transaction, lock: Lock): Promise<void>;
  /**
   * To be called by everybody who begins something: what is read from here on is no older than this call, whatever was
   * cached before.
   */
  catchUp(): void;
  close(): Promise<void>;
}

const DEFAULT_CONNECTIONS = 20;

/** The URL of the database: DATABASE_URL, or a file in DATA_DIR. */
export function databaseUrl(config: Pick<Config, "DATABASE_URL" | "DATA_DIR">): string {
  return config.DATABASE_URL ?? `file:${join(config.DATA_DIR, "parlance.db")}`;
}

/** Opens and migrates a database. `url` is `postgres://…`, or `file:…` with a path. */
export async function openDatabase(url: string, connections = DEFAULT_CONNECTIONS): Promise<Database> {
  const opened = url.startsWith("file:")
    ? openSqlite(url.slice("file:".length))
    : connectPostgres(url, connections);
  return noticingFullDisk(await opened);
}
