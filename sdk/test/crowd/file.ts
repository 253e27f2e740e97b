import { DatabaseSync } from "node:sqlite";
import type { Kv } from "../../src/stores/kv.ts";
import { type RunSql, SQL_SCHEMA } from "../../src/stores/sql.ts";

const KV_SCHEMA =
  "CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value TEXT NOT NULL, version TEXT NOT NULL)";
/** Twenty processes at once, on a busy machine. */
const PATIENCE_MS = 20_000;

/** A file that processes share, with the tables of both kinds of stores. */
export function openFile(path: string): RunSql {
  const db = new DatabaseSync(path, { timeout: PATIENCE_MS });
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  for (const statement of [...SQL_SCHEMA, KV_SCHEMA]) db.exec(statement);
  return async (statement, parameters) => db.prepare(statement).all(...parameters);
}

/** A key-value store in it; keeps what is past its time, which nobody takes for fresh. */
export function sqlKv(run: RunSql): Kv {
  return {
    async get(key) {
      const [row] = await run("SELECT value, version FROM kv WHERE key = ?", [key]);
      return row && { value: row.value as string, version: row.version as string };
    },
    async set(key, value, { version }) {
      const next = crypto.randomUUID();
      const statement =
        version === null
          ? "INSERT INTO kv (value, version, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING key"
          : "UPDATE kv SET value = ?, version = ? WHERE key = ? AND version = ? RETURNING key";
      const rows = await run(statement, [value, next, key, ...(version === null ? [] : [version])]);
      return rows.length > 0;
    },
    async delete(key, version) {
      const rows = await run("DELETE FROM kv WHERE key = ? AND version = ? RETURNING key", [key, version]);
      return rows.length > 0;
    },
  };
}
