import { closeSync, fsyncSync, linkSync, openSync, rmSync } from "node:fs";
import { Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";
import { openFile } from "./sqlite/file.ts";

/**
 * Copies a SQLite database as it is at one moment, while servers write on: everything that was acknowledged before is in
 * the copy. The file is there under its name only once it is complete and on disk. Throws `EEXIST` when it is there already.
 */
export async function backUpSqlite(path: string, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  // It holds addresses of people and hashes of tokens. SQLite takes an empty file for none.
  closeSync(openSync(draft, "wx", 0o600));
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openFile(path, { mode: "read" }), "read") });
  try {
    await sql`vacuum into ${draft}`.execute(db);
    const copy = openSync(draft, "r");
    fsyncSync(copy);
    closeSync(copy);
    linkSync(draft, file);
  } finally {
    await db.destroy();
    rmSync(draft, { force: true });
  }
}
