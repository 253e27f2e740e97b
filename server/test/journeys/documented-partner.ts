import { createHash, randomUUID } from "node:crypto";

/** What the platform's public pages tell a partner to keep per connection. */
export interface Connection {
  userId: string;
  grantId: string;
  accessToken: string;
  accessTokenExpiresAt: number;
  refreshToken: string;
  disconnectedAt: number | null;
}

/** The fields of the token endpoint's answers that those pages show. */
interface Issued {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  grant_id: string;
}

export class ConnectionRevokedError extends Error {}

/**
 * A partner that sends what those pages show and nothing else: PKCE and no secret, or, as their older example, a
 * secret and no PKCE. It reads no metadata and ignores every field they do not mention.
 */
export class DocumentedPartner {
  readonly connections = new Map<string, Connection>();
  readonly #base: string;
  readonly #app: { clientId: string; redirectUri: string; secret: string | null };
  readonly #now: () => number;
  readonly #started = new Map<string, { verifier: string; userId: string }>();

  constructor(
    base: string,
    app: { clientId: string; redirectUri: string; secret: string | null },
    now: () => number,
  ) {
    this.#base = base;
    this.#app = app;
    this.#now = now;
  }

  /** `GET /connect/start`: the address the user is sent to. */
  start(userId: string, scope: string): URL {
    const state = randomUUID();
    const verifier = randomUUID() + randomUUID();
    this.#started.set(state, { verifier, userId });
    const url = new URL("/api/auth/mcp/authorize", this.#base);
    url.searchParams.set("response_type", "code");
    url.searchParams.set("client_id", this.#app.clientId);
    url.searchParams.set("redirect_uri", this.#app.redirectUri);
    url.searchParams.set("scope", scope);
    url.searchParams.set("state", state);
    if (this.#app.secret === null) {
      url.searchParams.set("code_challenge", createHash("sha256").update(verifier).digest("base64url"));
      url.searchParams.set("code_challenge_method", "S256");
    }
    return url;
  }

  /** `GET /connect/callback`: one row per user, updated when they connect again. */
  async callback(arrived: URL): Promise<Connection> {
    const started = this.#started.get(arrived.searchParams.get("state") ?? "");
    const code = arrived.searchParams.get("code");
    if (!code || !started) throw new Error("Invalid state");
    const response = await this.#token({
      grant_type: "authorization_code",
      code,
      redirect_uri: this.#app.redirectUri,
      client_id: this.#app.clientId,
      ...(this.#app.secret === null
        ? { code_verifier: started.verifier }
        : { client_secret: this.#app.secret }),
    });
    if (!response.ok) throw new Error(`exchange: ${response.status} ${await response.text()}`);
    const issued = (await response.json()) as Issued;
    const connection: Connection = {
      userId: started.userId,
      grantId: issued.grant_id,
      accessToken: issued.access_token,
      accessTokenExpiresAt: this.#now() + issued.expires_in * 1000,
      refreshToken: issued.refresh_token,
      disconnectedAt: null,
    };
    this.connections.set(started.userId, connection);
    return connection;
  }

  /** Their token manager: a minute early, every failure is a revoke, and the newest refresh token is kept. */
  async ensureAccessToken(connection: Connection): Promise<string> {
    if (connection.accessTokenExpiresAt > this.#now() + 60_000) return connection.accessToken;
    const response = await this.#token({
      grant_type: "refresh_token",
      refresh_token: connection.refreshToken,
      client_id: this.#app.clientId,
      ...(this.#app.secret !== null && { client_secret: this.#app.secret }),
    });
    if (!response.ok) {
      connection.disconnectedAt = this.#now();
      throw new ConnectionRevokedError(((await response.json()) as { error: string }).error);
    }
    const renewed = (await response.json()) as Issued;
    connection.accessToken = renewed.access_token;
    connection.refreshToken = renewed.refresh_token;
    connection.accessTokenExpiresAt = this.#now() + renewed.expires_in * 1000;
    return connection.accessToken;
  }

  async installationToken(connection: Connection): Promise<string> {
    const response = await this.call(
      `/installations/${connection.grantId}/tokens`,
      await this.ensureAccessToken(connection),
      { method: "POST" },
    );
    if (response.status !== 201) throw new Error(`mint: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { installation_token: string }).installation_token;
  }

  /** Their `curl`s. */
  call(path: string, token: string, { method = "GET", json }: { method?: string; json?: object } = {}) {
    return fetch(`${this.#base}/api/oauth-client${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json && { "content-type": "application/json" }),
      },
      ...(json && { body: JSON.stringify(json) }),
    });
  }

  /** What the user of this partner sees beside a connection. */
  button(connection: Connection): "Disconnect" | "Reconnect" {
    return connection.disconnectedAt === null ? "Disconnect" : "Reconnect";
  }

  #token(fields: Record<string, string>): Promise<Response> {
    return fetch(`${this.#base}/api/auth/mcp/token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields),
    });
  }
}
