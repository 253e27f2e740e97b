import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ConnectionStore } from "@parlance/sdk";
import { SQL_SCHEMA, sqlStore } from "@parlance/sdk/stores";

// #region token-file
/**
 * Connections in a file that only this user of the computer can read. SQLite gives what it writes beside it the same mode,
 * and lets two terminals renew a token at the same time.
 */
export function tokenFile(path: string): ConnectionStore {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Made before anything is in it; one that others may read, from a copy perhaps, is closed to them.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const db = new DatabaseSync(path, { timeout: 5000 });
  for (const statement of SQL_SCHEMA) db.exec(statement);
  return sqlStore(async (statement, parameters) => db.prepare(statement).all(...parameters));
}
// #endregion
