import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely } from "kysely";
import { directlyIn, runDirectly } from "./direct.ts";
import { LockOrder } from "./locks.ts";
import { migrate } from "./migrate.ts";
import type { Database } from "./open.ts";
import type { Schema } from "./schema.ts";
import { snapshotQueue } from "./snapshot-queue.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";
import { openFile } from "./sqlite/file.ts";
import { groupWrites } from "./sqlite/group-writes.ts";
import { indexTexts, type TextIndexer } from "./sqlite/index-texts.ts";
import { readDirectly, writeDirectly } from "./sqlite/read-directly.ts";
import { TableVersions } from "./sqlite/table-versions.ts";
import { openTextSearch } from "./text-search.ts";

/** Each has a connection of its own, with a cache of up to 64 MiB. */
const SNAPSHOTS_AT_ONCE = 4;
/** How many idle connections for snapshots stay open. */
const IDLE_SNAPSHOTS = 1;
/** While another process writes, one that serves looks again and again instead of standing still with its only thread. */
const BUSY_MS = 20;

/** Opens and migrates a file: one connection that writes, one for reads, and some for snapshots. */
export async function openSqlite(path: string): Promise<Database> {
  mkdirSync(dirname(path), { recursive: true });
  const file = openFile(path, {
    mode: "write",
    ran: (statement, isInTransaction) => {
      versions.ran(statement, isInTransaction);
      indexer?.ran(statement);
    },
  });
  const versions = new TableVersions(() => file.foreignVersion());
  let indexer: TextIndexer | undefined;
  const writer = new Kysely<Schema>({ dialect: sqliteDialect(file, "write") });
  await migrate(writer, "sqlite");
  file.waitAtMost(BUSY_MS);
  const reading = openFile(path, { mode: "read" });
  const read = new Kysely<Schema>({ dialect: sqliteDialect(reading, "read") });
  runDirectly(read, readDirectly(reading, versions));
  const inTransaction = writeDirectly(file);
  const order = new LockOrder();
  const grouped = groupWrites(file, writer);
  indexer = indexTexts(file, grouped);
  // Connections of their own: a long snapshot must not make other reads wait, nor other snapshots.
  const idle: Kysely<Schema>[] = [];
  const snapshots = snapshotQueue(SNAPSHOTS_AT_ONCE);
  return {
    engine: "sqlite",
    textSearch: await openTextSearch(read, "sqlite"),
    read,
    writer,
    write: (work) =>
      grouped((tx) => {
        order.begin(tx);
        return directlyIn(tx, inTransaction, work);
      }),
    snapshot: (work) =>
      snapshots(async () => {
        const own = idle.pop() ?? openSnapshots(path);
        try {
          return await own.transaction().execute(work);
        } finally {
          if (idle.length < IDLE_SNAPSHOTS) idle.push(own);
          else await own.destroy();
        }
      }),
    lock: async (tx, lock) => order.check(tx, lock),
    catchUp: () => versions.catchUp(),
    async close() {
      await indexer.close();
      for (const own of idle) await own.destroy();
      await read.destroy();
      // Kysely closes only what it has used; and the last one to go has to be able to put the journal away.
      reading.close();
      await writer.destroy();
      file.close();
    },
  };
}

function openSnapshots(path: string): Kysely<Schema> {
  const file = openFile(path, { mode: "read" });
  return new Kysely<Schema>({ dialect: sqliteDialect(file, "read") });
}
