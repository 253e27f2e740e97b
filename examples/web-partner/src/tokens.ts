import type { Connection, Connections } from "./connections.ts";
import { type Metadata, ParlanceError, request } from "./parlance.ts";
import type { Settings } from "./settings.ts";

/** Tokens are renewed this long before they end, so that none ends on its way. */
const EARLY_MS = 60_000;

/** The user has to connect again; trying once more cannot help. */
export class ConnectionRevokedError extends Error {
  readonly connectionId: string;

  constructor(connectionId: string) {
    super("The connection was revoked.");
    this.connectionId = connectionId;
  }
}

/** The token endpoint's answer to a code; snake_case is the wire's. */
export interface TokenResponse {
  access_token: string;
  expires_in: number;
  refresh_token: string;
}

interface MintResponse {
  installation_token: string;
  expires_in: number;
  scopes: string[];
  project_ids: string[];
}

export type Tokens = ReturnType<typeof createTokens>;

/**
 * The two layers of tokens. The refresh token renews the access token, which only mints; the installation token that it
 * mints reads and writes, and lives in memory only.
 */
export function createTokens(
  settings: Settings,
  connections: Connections,
  discover: () => Promise<Metadata>,
) {
  const refreshing = new Map<string, Promise<string>>();
  const installationTokens = new Map<string, { minted: Promise<MintResponse>; renewAt: number }>();

  // #region ensure-access-token
  /**
   * An access token that is good for another minute at least.
   * Throws ConnectionRevokedError when the user has to connect again.
   */
  async function ensureAccessToken(connectionId: string): Promise<string> {
    const connection = live(connectionId);
    if (connection.accessToken && connection.accessTokenExpiresAt > Date.now() + EARLY_MS) {
      return connection.accessToken;
    }
    // Single flight: whoever comes while a refresh is under way shares its result.
    return shared(refreshing, connection.refreshToken, () => refresh(connection));
  }

  // #region refresh
  async function refresh({ id, refreshToken }: Connection): Promise<string> {
    try {
      const { token_endpoint } = await discover();
      const answer = await request<TokenResponse>(token_endpoint, {
        form: { grant_type: "refresh_token", refresh_token: refreshToken, ...clientCredentials(settings) },
      });
      // Stored before anybody uses the access token: from that use on, the old refresh token is worth nothing.
      connections.rotate(id, refreshToken, {
        refreshToken: answer.refresh_token,
        accessToken: answer.access_token,
        accessTokenExpiresAt: Date.now() + answer.expires_in * 1000,
      });
      return answer.access_token;
    } catch (error) {
      // Only this one code means "revoked". A full disk, a 5xx or a lost answer does not: the next call tries again
      // with the same refresh token, and Parlance answers with the same successor.
      if (!(error instanceof ParlanceError) || error.code !== "invalid_grant") throw error;
      connections.markRefused(id, refreshToken);
      throw new ConnectionRevokedError(id);
    }
  }
  // #endregion
  // #endregion

  // #region installation-token
  /** The token for resource calls: from memory while it is good for another minute, else minted. */
  async function installationToken(connectionId: string): Promise<string> {
    const connection = live(connectionId);
    const key = cacheKey(connection);
    const known = installationTokens.get(key);
    if (known && known.renewAt > Date.now()) return (await known.minted).installation_token;

    // The promise is kept, not its result: calls that come meanwhile wait for it. When the cache is emptied during the
    // mint, nothing puts the older token back.
    const entry = { minted: mint(connection), renewAt: Number.POSITIVE_INFINITY };
    installationTokens.set(key, entry);
    try {
      const { installation_token, expires_in, scopes, project_ids } = await entry.minted;
      entry.renewAt = Date.now() + expires_in * 1000 - EARLY_MS;
      connections.updateAllowed(connectionId, connection.grantId, scopes, project_ids);
      return installation_token;
    } catch (error) {
      if (installationTokens.get(key) === entry) installationTokens.delete(key);
      throw error;
    }
  }
  // #endregion

  function mint(connection: Connection): Promise<MintResponse> {
    return withAccessToken(connection, (bearer) =>
      request<MintResponse>(installationUrl(connection, "/tokens"), { method: "POST", bearer }),
    );
  }

  // #region revoke
  /** Ends the grant at Parlance: all its tokens, at once. A grant that is gone already is what we wanted, too. */
  async function revoke(connectionId: string): Promise<void> {
    try {
      const connection = live(connectionId);
      await withAccessToken(connection, (bearer) =>
        request<void>(installationUrl(connection), { method: "DELETE", bearer }),
      );
      installationTokens.delete(cacheKey(connection));
    } catch (error) {
      const gone = error instanceof ParlanceError && error.code === "grant_not_found";
      if (!gone && !(error instanceof ConnectionRevokedError)) throw error;
    }
  }
  // #endregion

  /** A call with the access token; a 401 means that it ended early, which one refresh mends. */
  async function withAccessToken<Answer>(
    connection: Connection,
    call: (bearer: string) => Promise<Answer>,
  ): Promise<Answer> {
    const bearer = await ensureAccessToken(connection.id);
    try {
      return await call(bearer).catch(async (error) => {
        if (!(error instanceof ParlanceError) || error.status !== 401) throw error;
        connections.dropAccessToken(connection.id, bearer);
        return call(await ensureAccessToken(connection.id));
      });
    } catch (error) {
      throw revokedOr(error, connection);
    }
  }

  // #region revoked
  /** Translates 410 `grant_revoked` and writes it down; hands every other error through. */
  function revokedOr(error: unknown, { id, grantId }: Pick<Connection, "id" | "grantId">): unknown {
    if (!(error instanceof ParlanceError) || error.code !== "grant_revoked") return error;
    connections.markRevoked(id, grantId);
    return new ConnectionRevokedError(id);
  }
  // #endregion

  /** Drops one token, if it is still the cached one. */
  async function forget(connectionId: string, token: string): Promise<void> {
    const connection = connections.get(connectionId);
    const key = connection && cacheKey(connection);
    const known = key && installationTokens.get(key);
    if (!key || !known) return;
    const minted = await known.minted.catch(() => undefined);
    if (minted?.installation_token !== token) return;
    if (installationTokens.get(key) === known) installationTokens.delete(key);
  }

  function live(connectionId: string): Connection {
    const connection = connections.get(connectionId);
    if (!connection || connection.revokedAt !== null) throw new ConnectionRevokedError(connectionId);
    return connection;
  }

  function installationUrl({ grantId }: Connection, suffix = ""): string {
    return `${settings.apiUrl}/installations/${encodeURIComponent(grantId)}${suffix}`;
  }

  return {
    ensureAccessToken,
    installationToken,
    revoke,
    revokedOr,
    forget,
    /** At every callback: what the user just allowed may differ from what the cached tokens carry. */
    forgetAll: () => installationTokens.clear(),
  };
}

/** How this app names itself at the token endpoint (RFC 6749 §2.3.1); a public app has no secret to send. */
export function clientCredentials({ clientId, clientSecret }: Settings): Record<string, string> {
  return clientSecret ? { client_id: clientId, client_secret: clientSecret } : { client_id: clientId };
}

function cacheKey({ grantId, organizationId }: Connection): string {
  return `${grantId} ${organizationId}`;
}

async function shared<Value>(flights: Map<string, Promise<Value>>, key: string, start: () => Promise<Value>) {
  const flight = flights.get(key) ?? start().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}
