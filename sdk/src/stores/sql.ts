import { type Connection, type ConnectionStore, PENDING_MS, type PendingAuthorization } from "../store.ts";

/** Runs one statement with its parameters in order, and answers the rows that it returns. */
export type RunSql = (
  statement: string,
  parameters: readonly (string | number)[],
) => Promise<readonly Record<string, unknown>[]>;

/**
 * The tables, for SQLite (3.35 or newer) and Postgres. `data` holds the tokens, which are as good as passwords: encrypt it
 * with `seal` and `open`, or the disk.
 */
export const SQL_SCHEMA = [
  `CREATE TABLE IF NOT EXISTS parlance_connections (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    version TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (user_id, organization_id)
  )`,
  `CREATE TABLE IF NOT EXISTS parlance_authorizations (
    state TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    started_at BIGINT NOT NULL
  )`,
] as const;

/** How a database is talked to, and what becomes of tokens before they are stored. */
export interface SqlStoreOptions {
  /** How the driver writes parameters: `?` (SQLite; the default) or `$1` (Postgres). */
  placeholders?: "?" | "$1";
  /** Encrypts what is stored of a connection, and decrypts it. */
  seal?: (text: string) => Promise<string>;
  open?: (text: string) => Promise<string>;
  /** Epoch milliseconds, in place of `Date.now`. */
  now?: () => number;
}

/** Connections in two tables (`SQL_SCHEMA`) of your database, through a function that runs one statement. */
export function sqlStore(run: RunSql, options: SqlStoreOptions = {}): ConnectionStore {
  const { placeholders = "?", now = Date.now } = options;
  const { seal = async (text) => text, open = async (text) => text } = options;

  function sql(statement: string, ...parameters: (string | number)[]) {
    let count = 0;
    return run(placeholders === "?" ? statement : statement.replaceAll("?", () => `$${++count}`), parameters);
  }

  /** The columns beside `data` are the truth; what is sealed may be older than its row's id. */
  async function toConnection(row: Record<string, unknown>): Promise<Connection> {
    const data = JSON.parse(await open(row.data as string)) as Connection;
    return { ...data, id: row.id as string, version: row.version as string };
  }

  const sealed = (connection: Connection) => seal(JSON.stringify(connection));

  return {
    async find(id) {
      const [row] = await sql("SELECT id, version, data FROM parlance_connections WHERE id = ?", id);
      return row && toConnection(row);
    },
    async list(userId) {
      const rows = await sql(
        "SELECT id, version, data FROM parlance_connections WHERE user_id = ? ORDER BY organization_id",
        userId,
      );
      return Promise.all(rows.map(toConnection));
    },
    async upsert(connection) {
      const { id, userId, organizationId, version } = connection;
      const [row] = await sql(
        `INSERT INTO parlance_connections (id, user_id, organization_id, version, data) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (user_id, organization_id) DO UPDATE SET version = excluded.version, data = excluded.data
         RETURNING id, version, data`,
        ...[id, userId, organizationId, version, await sealed(connection)],
      );
      return toConnection(row as Record<string, unknown>);
    },
    async replace(next, version) {
      const rows = await sql(
        "UPDATE parlance_connections SET version = ?, data = ? WHERE id = ? AND version = ? RETURNING id",
        ...[next.version, await sealed(next), next.id, version],
      );
      return rows.length > 0;
    },
    async remove(id) {
      await sql("DELETE FROM parlance_connections WHERE id = ?", id);
    },
    async begin({ state, userId, codeVerifier, startedAt }) {
      await sql("DELETE FROM parlance_authorizations WHERE started_at < ?", now() - PENDING_MS);
      await sql(
        "INSERT INTO parlance_authorizations (state, user_id, code_verifier, started_at) VALUES (?, ?, ?, ?)",
        ...[state, userId, codeVerifier, startedAt],
      );
    },
    async finish(state, userId) {
      const [row] = await sql(
        "DELETE FROM parlance_authorizations WHERE state = ? AND user_id = ? RETURNING code_verifier, started_at",
        ...[state, userId],
      );
      if (!row) return undefined;
      const pending: PendingAuthorization = {
        ...{ state, userId },
        codeVerifier: row.code_verifier as string,
        startedAt: Number(row.started_at),
      };
      return pending;
    },
  };
}
