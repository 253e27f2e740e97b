import type { Endpoints } from "./endpoints.ts";
import {
  ConnectionRevokedError,
  GrantRevokedError,
  InvalidGrantError,
  InvalidTokenError,
  NotFoundError,
} from "./errors.ts";
import { randomText } from "./random.ts";
import { Renewals, single, until } from "./renew.ts";
import type { Settings } from "./settings.ts";
import type { Connection } from "./store.ts";
import { askForTokens, endOf } from "./token-endpoint.ts";

/** Tokens are renewed so long before they end, so that none ends on its way. */
export const EARLY_MS = 60_000;
/** While another process renews, a token is used on for as long as it may still arrive in time. */
export const LAST_MS = 5000;

/** The access tokens of connections, and what the server says about connections as a whole. */
export class Connections {
  readonly #settings: Settings;
  readonly #endpoints: () => Promise<Endpoints>;
  readonly #renewals: Renewals;
  readonly #refreshing = new Map<string, Promise<string>>();

  constructor(settings: Settings, endpoints: () => Promise<Endpoints>, renewals = new Renewals()) {
    this.#settings = settings;
    this.#endpoints = endpoints;
    this.#renewals = renewals;
  }

  /** A connection that is not known to be revoked. Throws `ConnectionRevokedError` for any other, and for none. */
  async live(id: string): Promise<Connection> {
    const connection = await this.#settings.store.find(id);
    if (!connection || connection.revokedAt !== null) throw new ConnectionRevokedError(id);
    return connection;
  }

  /**
   * An access token that is good for another minute. Callers of one process share one refresh, and processes that share a
   * store do, too; the rotated refresh token is stored before anybody uses what came with it.
   */
  async ensureAccessToken(id: string, signal?: AbortSignal): Promise<string> {
    const connection = await this.live(id);
    const fresh = this.#goodFor(connection, EARLY_MS);
    if (fresh !== undefined) return fresh;
    return until(
      single(this.#refreshing, id, () => this.#refreshed(id)),
      signal,
    );
  }

  #refreshed(id: string): Promise<string> {
    return this.#renewals.run<Connection, string>({
      read: () => this.live(id),
      fresh: (connection) => this.#goodFor(connection, EARLY_MS),
      lasting: (connection) => this.#goodFor(connection, LAST_MS),
      replace: (next, version) => this.#settings.store.replace(next, version),
      renew: (connection) => this.#refresh(connection),
    });
  }

  /** `invalid_grant` alone means revoked; it is stored only if nobody wrote another token into the row meanwhile. */
  async #refresh(connection: Connection): Promise<Connection> {
    const { refreshToken } = connection;
    const fields = { grant_type: "refresh_token", refresh_token: refreshToken };
    const endpoints = await this.#endpoints();
    const askedAt = this.#settings.now();
    try {
      const answer = await askForTokens(this.#settings, endpoints, fields);
      return {
        ...connection,
        refreshToken: answer.refresh_token,
        accessToken: answer.access_token,
        accessTokenExpiresAt: endOf(askedAt, answer.expires_in),
      };
    } catch (error) {
      if (!(error instanceof InvalidGrantError)) throw error;
      return { ...connection, accessToken: null, revokedAt: this.#settings.now() };
    }
  }

  #goodFor({ accessToken, accessTokenExpiresAt }: Connection, milliseconds: number): string | undefined {
    const isGood = accessToken !== null && accessTokenExpiresAt > this.#settings.now() + milliseconds;
    return isGood ? accessToken : undefined;
  }

  /**
   * Does a call with the access token. A 401 means that it ended early, or that our clock is slow; a refresh mends both, and
   * twice because one that was under way may still hand out the old token. Throws `ConnectionRevokedError` when the server says that the grant is gone.
   */
  async withAccessToken<Answer>(
    { id }: Connection,
    call: (bearer: string, connection: Connection) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const bearer = await this.ensureAccessToken(id, signal);
      const connection = await this.live(id);
      try {
        return await call(bearer, connection);
      } catch (error) {
        const judged = await this.judged(error, connection);
        const isOfEarlier = judged === error && isGone(error);
        if (attempt === 3 || !(isOfEarlier || error instanceof InvalidTokenError)) throw judged;
        if (!isOfEarlier) await this.#drop(id, bearer);
      }
    }
  }

  /** Forgets an access token that the server did not take, unless another one has taken its place. */
  async #drop(id: string, accessToken: string): Promise<void> {
    const connection = await this.live(id);
    if (connection.accessToken !== accessToken) return;
    await this.#settings.store.replace(
      { ...connection, accessToken: null, version: randomText() },
      connection.version,
    );
  }

  /** The error to throw: a grant that is gone is written down, unless the user has connected again meanwhile. */
  async judged(error: unknown, { id, grantId }: Connection): Promise<unknown> {
    if (!isGone(error)) return error;
    const { store, now } = this.#settings;
    for (;;) {
      const connection = await store.find(id);
      // Another grant stands in the row: this call was too late, and the same call will work.
      if (connection && connection.revokedAt === null && connection.grantId !== grantId) return error;
      if (!connection || connection.revokedAt !== null) return new ConnectionRevokedError(id);
      const revoked = { ...connection, accessToken: null, revokedAt: now(), version: randomText() };
      if (await store.replace(revoked, connection.version)) return new ConnectionRevokedError(id);
    }
  }
}

/** The server says that there is no such grant, or no more. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof GrantRevokedError || (error instanceof NotFoundError && error.code === "grant_not_found")
  );
}
