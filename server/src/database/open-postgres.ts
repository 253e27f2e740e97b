import { type Dialect, Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { Queue } from "../platform/queue.ts";
import { directlyIn, runDirectly } from "./direct.ts";
import { LockOrder, nameOfLock } from "./locks.ts";
import { migrate } from "./migrate.ts";
import type { Database, Transaction } from "./open.ts";
import { openPool, TURN_MS } from "./postgres/connect.ts";
import { linkDialect } from "./postgres/dialect.ts";
import { Lanes } from "./postgres/lanes.ts";
import { Link } from "./postgres/link.ts";
import { noteOutdated } from "./postgres/outdated.ts";
import { preparedWrite } from "./prepared.ts";
import type { Schema } from "./schema.ts";
import { snapshotQueue } from "./snapshot-queue.ts";
import { openTextSearch } from "./text-search.ts";

/** Connections that short reads share. */
const LANES = 2;
/** Of the rest, what long reads have to themselves however many write; and of that, what snapshots may hold. */
const READERS_SHARE = 0.4;
const SNAPSHOTS_SHARE = 0.5;
/** Who writes to one project waits here for those before, and holds no connection meanwhile. */
const TURN_PATIENCE = { most: 500, milliseconds: TURN_MS };

/** Opens and migrates the database at an address, with at most so many connections. */
export async function connectPostgres(url: string, connections: number): Promise<Database> {
  await migrateAt(url);
  const readers = Math.max(2, Math.round((connections - LANES) * READERS_SHARE));
  const writers = Math.max(1, connections - LANES - readers);
  const lanes = new Lanes(url, LANES);
  const read = new Kysely<Schema>({ dialect: linkDialect(openPool(url, readers)) });
  const writer = new Kysely<Schema>({ dialect: linkDialect(openPool(url, writers)) });
  runDirectly(read, lanes);
  const database = await assemble({ read, writer, snapshots: Math.ceil(readers * SNAPSHOTS_SHARE) });
  return {
    ...database,
    async close() {
      await Promise.all([lanes.close(), read.destroy(), writer.destroy()]);
    },
  };
}

/** Opens and migrates a Postgres database by any dialect; tests pass an in-process one. */
export async function openPostgres(dialect: Dialect): Promise<Database> {
  const pool = new Kysely<Schema>({ dialect });
  await migrate(pool, "postgres");
  return { ...(await assemble({ read: pool, writer: pool, snapshots: 1 })), close: () => pool.destroy() };
}

/** Not waited for: whatever comes next in the transaction runs when the lock is there. */
const takeLock = preparedWrite((tx, { name }: { name: string }) =>
  tx.selectNoFrom(sql`pg_advisory_xact_lock(hashtextextended(${name}, 0))`.as("taken")),
);

/** On a connection without a limit of time: a migration takes as long as it takes. */
async function migrateAt(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => {});
  const own = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(own, "postgres");
  } finally {
    await own.destroy();
  }
}

interface Parts {
  read: Kysely<Schema>;
  writer: Kysely<Schema>;
  /** How many may be open at once. */
  snapshots: number;
}

async function assemble({ read, writer, snapshots }: Parts): Promise<Omit<Database, "close">> {
  const order = new LockOrder();
  const turns = new Queue(1, TURN_PATIENCE);
  const inSnapshot = snapshotQueue(snapshots);
  return {
    engine: "postgres",
    textSearch: await openTextSearch(read, "postgres"),
    read,
    writer,
    write(work, { turn } = {}) {
      const write = () => retried(() => writer.transaction().execute(onItsLink(work)));
      return turn === undefined ? write() : turns.run(turn, write);
    },
    snapshot: (work) =>
      inSnapshot(() =>
        read.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(work),
      ),
    // Nothing that others may change is kept.
    catchUp: () => {},
    async lock(tx, lock) {
      order.check(tx, lock);
      await takeLock(tx, { name: nameOfLock(lock) });
    },
  };
}

/** Queries that are built once go past Kysely in this transaction too. */
function onItsLink<Result>(work: (tx: Transaction) => Promise<Result>) {
  return async (tx: Transaction): Promise<Result> => {
    const connection = await tx.getExecutor().provideConnection(async (own) => own);
    return connection instanceof Link ? directlyIn(tx, connection, work) : work(tx);
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
      const maySucceed = code === SERIALIZATION_FAILURE || code === DEADLOCK || noteOutdated(error);
      if (left === 0 || !maySucceed) throw error;
    }
  }
}
