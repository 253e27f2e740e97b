import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ConnectionStore } from "@parlance/sdk";
import { SQL_SCHEMA, sqlStore } from "@parlance/sdk/stores";

// #region store
/**
 * Connections in a SQLite file, or `:memory:`. The tokens in it are as good as passwords: only this process may read the file.
 * In production, encrypt them with `seal` and `open`.
 */
export function openStore(file: string): ConnectionStore {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec("PRAGMA journal_mode = WAL");
  for (const statement of SQL_SCHEMA) db.exec(statement);
  return sqlStore(async (statement, parameters) => db.prepare(statement).all(...parameters));
}
// #endregion
