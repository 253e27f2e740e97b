import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGliteDialect } from "kysely";
import { type Database, openDatabase, type Transaction } from "../../src/database/open.ts";
import { openPostgres } from "../../src/database/open-postgres.ts";
import { openMigratedPglite } from "./pglite-template.ts";
import { createPostgres } from "./postgres.ts";

export interface TestDatabase {
  db: Database;
  /** The DATABASE_URL for a spawned server; undefined for the in-process Postgres. */
  url: string | undefined;
  close(): Promise<void>;
}

/** Both engines, each as a name and a function that opens an empty, migrated database of its own. */
export const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  { engine: "postgres", open: process.env.TEST_POSTGRES_URL ? openTestPostgres : openTestPglite },
] as const;

export async function openTestSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-test-"));
  const url = `file:${join(folder, "test.db")}`;
  const db = await openDatabase(url);
  return {
    db,
    url,
    async close() {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a database of its own on the server that TEST_POSTGRES_URL names. */
export async function openTestPostgres(): Promise<TestDatabase> {
  const { url, drop } = await createPostgres();
  const db = await openDatabase(url);
  return {
    db,
    url,
    async close() {
      await db.close();
      await drop();
    },
  };
}

/**
 * Its one connection cannot write while it holds a snapshot, as a publish does, so here a snapshot is only a read:
 * SQLite and a Postgres of its own show that all reads see one moment.
 */
async function openTestPglite(): Promise<TestDatabase> {
  const pglite = await openPostgres(new PGliteDialect({ pglite: await openMigratedPglite() }));
  const db: Database = { ...pglite, snapshot: (work) => work(pglite.read as Transaction) };
  return { db, url: undefined, close: () => db.close() };
}
