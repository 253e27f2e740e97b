import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What we keep of one grant: one user of ours, one organization of theirs. */
export interface Connection {
  id: string;
  userId: string;
  organizationId: string;
  organizationSlug: string;
  organizationName: string;
  grantId: string;
  scopes: string[];
  /** Empty means all projects, present and future. */
  projectIds: string[];
  refreshToken: string;
  accessToken: string | null;
  /** Epoch milliseconds. */
  accessTokenExpiresAt: number;
  /** Epoch milliseconds; set once Parlance told us that the grant is gone. */
  revokedAt: number | null;
}

export type NewConnection = Omit<Connection, "id" | "revokedAt">;

interface RefreshedTokens {
  refreshToken: string;
  accessToken: string;
  accessTokenExpiresAt: number;
}

/** How long a user may take from our button to our callback: they may have to sign up and confirm an e-mail first. */
const PENDING_MS = 60 * 60_000;

// #region schema
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS connections (
    id TEXT PRIMARY KEY,
    userId TEXT NOT NULL,
    organizationId TEXT NOT NULL,
    organizationSlug TEXT NOT NULL,
    organizationName TEXT NOT NULL,
    grantId TEXT NOT NULL,
    scopes TEXT NOT NULL,
    projectIds TEXT NOT NULL,
    refreshToken TEXT NOT NULL,
    accessToken TEXT,
    accessTokenExpiresAt INTEGER NOT NULL,
    revokedAt INTEGER,
    UNIQUE (userId, organizationId)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS pending (
    state TEXT PRIMARY KEY,
    userId TEXT NOT NULL,
    codeVerifier TEXT NOT NULL,
    startedAt INTEGER NOT NULL
  ) STRICT;
`;
// #endregion

const REVOKED = "revokedAt = coalesce(revokedAt, ?), accessToken = NULL";

export type Connections = ReturnType<typeof openConnections>;

/**
 * Opens the storage: a SQLite file, or `:memory:`.
 * The tokens in it are as good as passwords: only this process may read the file. In production, encrypt the columns.
 */
export function openConnections(file: string) {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000;");
  db.exec(SCHEMA);

  return {
    list(userId: string): Connection[] {
      return db
        .prepare("SELECT * FROM connections WHERE userId = ? ORDER BY organizationName, id")
        .all(userId)
        .map(toConnection);
    },

    /** A connection by id, whoever owns it: for code that was handed the id by `find` or `list`. */
    get(id: string): Connection | undefined {
      const row = db.prepare("SELECT * FROM connections WHERE id = ?").get(id);
      return row && toConnection(row);
    },

    /** A connection by an id from a URL: only if it is this user's. */
    find(id: string, userId: string): Connection | undefined {
      const row = db.prepare("SELECT * FROM connections WHERE id = ? AND userId = ?").get(id, userId);
      return row && toConnection(row);
    },

    // #region upsert
    /**
     * Connecting again keeps the row and replaces what is in it, so nothing else in our app has to change.
     * The grant keeps its id while it lives and has a new one after a revoke; both end in the same row.
     */
    upsert(connection: NewConnection): void {
      db.prepare(
        `INSERT INTO connections (id, userId, organizationId, organizationSlug, organizationName, grantId, scopes,
           projectIds, refreshToken, accessToken, accessTokenExpiresAt)
         VALUES (:id, :userId, :organizationId, :organizationSlug, :organizationName, :grantId, :scopes,
           :projectIds, :refreshToken, :accessToken, :accessTokenExpiresAt)
         ON CONFLICT (userId, organizationId) DO UPDATE SET
           organizationSlug = excluded.organizationSlug, organizationName = excluded.organizationName,
           grantId = excluded.grantId, scopes = excluded.scopes, projectIds = excluded.projectIds,
           refreshToken = excluded.refreshToken, accessToken = excluded.accessToken,
           accessTokenExpiresAt = excluded.accessTokenExpiresAt, revokedAt = NULL`,
      ).run({
        ...connection,
        id: randomUUID(),
        scopes: JSON.stringify(connection.scopes),
        projectIds: JSON.stringify(connection.projectIds),
      });
    },
    // #endregion

    rename(userId: string, grantId: string, organizationName: string): void {
      db.prepare("UPDATE connections SET organizationName = ? WHERE userId = ? AND grantId = ?").run(
        organizationName,
        userId,
        grantId,
      );
    },

    // #region rotate
    /**
     * Replaces the refresh token that was just used by its successor. Does nothing when the row holds another one by
     * now, because the user connected again meanwhile: theirs is newer.
     */
    rotate(id: string, usedRefreshToken: string, tokens: RefreshedTokens): void {
      db.prepare(
        `UPDATE connections SET refreshToken = :refreshToken, accessToken = :accessToken,
           accessTokenExpiresAt = :accessTokenExpiresAt
         WHERE id = :id AND refreshToken = :usedRefreshToken`,
      ).run({ id, usedRefreshToken, ...tokens });
    },
    // #endregion

    /** What the grant allows now, as the latest installation token tells. */
    updateAllowed(id: string, grantId: string, scopes: string[], projectIds: string[]): void {
      db.prepare("UPDATE connections SET scopes = ?, projectIds = ? WHERE id = ? AND grantId = ?").run(
        JSON.stringify(scopes),
        JSON.stringify(projectIds),
        id,
        grantId,
      );
    },

    /** Makes the next use refresh; called when Parlance no longer takes this access token. */
    dropAccessToken(id: string, accessToken: string): void {
      db.prepare("UPDATE connections SET accessToken = NULL WHERE id = ? AND accessToken = ?").run(
        id,
        accessToken,
      );
    },

    /** Conditional on the grant: late news about an earlier one must not touch a connection made since. */
    markRevoked(id: string, grantId: string): void {
      db.prepare(`UPDATE connections SET ${REVOKED} WHERE id = ? AND grantId = ?`).run(
        Date.now(),
        id,
        grantId,
      );
    },

    /** The same, learned at the token endpoint: conditional on the refresh token that was refused. */
    markRefused(id: string, refreshToken: string): void {
      db.prepare(`UPDATE connections SET ${REVOKED} WHERE id = ? AND refreshToken = ?`).run(
        Date.now(),
        id,
        refreshToken,
      );
    },

    remove(id: string): void {
      db.prepare("DELETE FROM connections WHERE id = ?").run(id);
    },

    /** Remembers an authorization that has begun, until its callback or for an hour. */
    begin(state: string, userId: string, codeVerifier: string): void {
      db.prepare("DELETE FROM pending WHERE startedAt < ?").run(Date.now() - PENDING_MS);
      db.prepare("INSERT INTO pending (state, userId, codeVerifier, startedAt) VALUES (?, ?, ?, ?)").run(
        state,
        userId,
        codeVerifier,
        Date.now(),
      );
    },

    /** The code verifier of the authorization that this user began with this state: once, then it is gone. */
    finish(state: string, userId: string): string | undefined {
      const row = db
        .prepare(
          "DELETE FROM pending WHERE state = ? AND userId = ? AND startedAt >= ? RETURNING codeVerifier",
        )
        .get(state, userId, Date.now() - PENDING_MS);
      return row?.codeVerifier as string | undefined;
    },
  };
}

function toConnection(row: Record<string, unknown>): Connection {
  return {
    ...(row as unknown as Connection),
    scopes: JSON.parse(row.scopes as string),
    projectIds: JSON.parse(row.projectIds as string),
  };
}
