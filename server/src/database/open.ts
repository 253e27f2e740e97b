import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Dialect, Kysely, type Transaction as KyselyTransaction, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { Config } from "../platform/config.ts";
import { noticingFullDisk } from "./disk-full.ts";
import { groupWrites } from "./group-writes.ts";
import { type Lock, LockOrder, nameOfLock } from "./locks.ts";
import { migrate } from "./migrate.ts";
import type { Schema } from "./schema.ts";
import { sqliteDialect } from "./sqlite.ts";
import { openTextSearch, type TextSearch } from "./text-search.ts";

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
  /** Runs `work` in one transaction; retried when Postgres reports a deadlock or serialization failure. */
  write<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs reads that all see the same moment. Writers do not wait for them. */
  snapshot<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Finds texts by a part of them. */
  readonly textSearch: TextSearch;
  /** Lets one transaction at a time have a lock (`locks.ts`). SQLite has one writer, so there it is free. */
  lock(tx: Transaction, lock: Lock): Promise<void>;
  close(): Promise<void>;
}

/** The URL of the database: DATABASE_URL, or a file in DATA_DIR. */
export function databaseUrl(config: Pick<Config, "DATABASE_URL" | "DATA_DIR">): string {
  return config.DATABASE_URL ?? `file:${join(config.DATA_DIR, "parlance.db")}`;
}

/** Opens and migrates a database. `url` is `postgres://…`, or `file:…` with a path. */
export async function openDatabase(url: string): Promise<Database> {
  const opened = url.startsWith("file:")
    ? openSqlite(url.slice("file:".length))
    : openPostgres(new PostgresDialect({ pool: postgresPool(url) }));
  return noticingFullDisk(await opened);
}

/** How many idle connections for snapshots stay open; each has a cache of its own. */
const IDLE_SNAPSHOTS = 1;

async function openSqlite(path: string): Promise<Database> {
  mkdirSync(dirname(path), { recursive: true });
  const writer = new Kysely<Schema>({ dialect: sqliteDialect(path, "write") });
  await migrate(writer, "sqlite");
  const read = new Kysely<Schema>({ dialect: sqliteDialect(path, "read") });
  // Connections of their own: a long snapshot must not make other reads wait, nor other snapshots.
  const idle: Kysely<Schema>[] = [];
  const order = new LockOrder();
  const grouped = groupWrites(writer);
  return {
    engine: "sqlite",
    textSearch: await openTextSearch(read, "sqlite"),
    read,
    writer,
    write: (work) =>
      grouped((tx) => {
        order.begin(tx);
        return work(tx);
      }),
    async snapshot(work) {
      const own = idle.pop() ?? new Kysely<Schema>({ dialect: sqliteDialect(path, "read") });
      try {
        return await own.transaction().execute(work);
      } finally {
        if (idle.length < IDLE_SNAPSHOTS) idle.push(own);
        else await own.destroy();
      }
    },
    lock: async (tx, lock) => order.check(tx, lock),
    async close() {
      for (const own of idle) await own.destroy();
      await read.destroy();
      await writer.destroy();
    },
  };
}

/** Opens and migrates a Postgres database by any dialect; tests pass an in-process one. */
export async function openPostgres(dialect: Dialect): Promise<Database> {
  const pool = new Kysely<Schema>({ dialect });
  await migrate(pool, "postgres");
  const order = new LockOrder();
  return {
    engine: "postgres",
    textSearch: await openTextSearch(pool, "postgres"),
    read: pool,
    writer: pool,
    write: (work) => retried(() => pool.transaction().execute(work)),
    snapshot: (work) =>
      pool.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(work),
    async lock(tx, lock) {
      order.check(tx, lock);
      await sql`select pg_advisory_xact_lock(hashtextextended(${nameOfLock(lock)}, 0))`.execute(tx);
    },
    close: () => pool.destroy(),
  };
}

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";

async function retried<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let left = 4; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (left === 0 || (code !== SERIALIZATION_FAILURE && code !== DEADLOCK)) throw error;
    }
  }
}

function postgresPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: 10_000,
    types: {
      // int8 holds epoch milliseconds and counts, all below 2^53.
      getTypeParser: ((oid: number, format?: "text") =>
        oid === pg.types.builtins.INT8
          ? Number
          : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // Without listeners a connection that breaks would end the process: an idle one emits the error on the pool, one in use on itself.
  // Whoever uses it hears of it from the query.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
