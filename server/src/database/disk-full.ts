import { sql } from "kysely";
import { perOwner } from "../platform/per-owner.ts";
import type { Database } from "./open.ts";

/** `SQLITE_FULL`, and that the index of the journal could not grow (`SQLITE_IOERR_SHMSIZE`). */
const SQLITE_CODES: readonly unknown[] = [13, 4874];
/** Of the file system, and of Postgres (`disk_full`). */
const CODES: readonly unknown[] = ["ENOSPC", "EDQUOT", "53100"];
/** Since a write that failed. Writes go on meanwhile, those that find room as those that do not. */
const TAKEN_FOR_FULL_MS = 30_000;

const failedAt = perOwner(() => ({ ms: Number.NEGATIVE_INFINITY }));

/** Whether an error says that there was no room left to write. */
export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return SQLITE_CODES.includes(errcode) || CODES.includes(code);
}

/** Whether a write has lately found the disk full. */
export function wasFull({ read }: Pick<Database, "read">): boolean {
  return performance.now() - failedAt(read).ms < TAKEN_FOR_FULL_MS;
}

/** The same database, which takes note of writes that find the disk full. */
export function noticingFullDisk(db: Database): Database {
  return {
    ...db,
    async write(work, options) {
      try {
        return await db.write(work, options);
      } catch (error) {
        if (isDiskFull(error)) {
          failedAt(db.read).ms = performance.now();
          await makeRoom(db);
        }
        throw error;
      }
    },
  };
}

/**
 * The journal of SQLite is written anew from its start once the database has what it holds: small writes fit in again.
 * `passive` waits for nobody.
 */
async function makeRoom({ engine, writer }: Database): Promise<void> {
  if (engine !== "sqlite") return;
  await sql`pragma wal_checkpoint(passive)`.execute(writer).catch(() => {});
}
