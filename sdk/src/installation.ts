import { type Connections, EARLY_MS, LAST_MS } from "./connections.ts";
import type { Scope } from "./contract.ts";
import { checkAnswer, requestJson } from "./http.ts";
import { Renewals, until } from "./renew.ts";
import { withRetries } from "./retry.ts";
import type { Settings } from "./settings.ts";
import type { Connection } from "./store.ts";
import type { Versioned } from "./stores/kv.ts";
import { endOf } from "./token-endpoint.ts";

/** Less than the connection allows: fewer scopes, some projects, a shorter life (spec "4. Grants and installation tokens"). */
export interface Narrowing {
  scopes?: readonly Scope[];
  projectIds?: readonly string[];
  /** 60 to 3600. */
  expiresInSeconds?: number;
}

/** What every resource call carries, and what it may do. */
export interface InstallationToken {
  readonly token: string;
  /** Epoch milliseconds, by the clock of whoever minted. */
  readonly expiresAt: number;
  readonly scopes: readonly Scope[];
  /** Empty means all projects. */
  readonly projectIds: readonly string[];
}

interface MintAnswer {
  installation_token: string;
  expires_in: number;
  scopes: Scope[];
  project_ids: string[];
}

/** An entry of the shared store. */
interface Entry {
  readonly minted: InstallationToken | null;
  readonly lease: string | null;
  readonly version: string;
}

const NEEDED = { installation_token: "string", expires_in: "number" } as const;
const MOST_CACHED = 10_000;
const HOUR_MS = 60 * 60_000;

/** Installation tokens: in memory, and in the shared store where there is one, until a minute before they end. */
export class Installations {
  readonly #settings: Settings;
  readonly #connections: Connections;
  readonly #renewals: Renewals;
  /** The promise is kept, not its result: calls that come meanwhile wait for it. */
  readonly #cache = new Map<string, Promise<InstallationToken>>();

  constructor(settings: Settings, connections: Connections, renewals = new Renewals()) {
    this.#settings = settings;
    this.#connections = connections;
    this.#renewals = renewals;
  }

  /** A token for resource calls that is good for another minute. Throws `ConnectionRevokedError`. */
  async token(
    connection: Connection,
    narrowing: Narrowing = {},
    signal?: AbortSignal,
  ): Promise<InstallationToken> {
    const key = cacheKey(connection, narrowing);
    const cached = this.#cache.get(key);
    if (cached) {
      const known = await until(cached, signal);
      if (this.#isGood(known, earlyMs(narrowing))) return known;
      if (this.#cache.get(key) === cached) this.#cache.delete(key);
    }
    const started = this.#cache.get(key) ?? this.#start(key, connection, narrowing);
    return until(started, signal);
  }

  #start(key: string, connection: Connection, narrowing: Narrowing): Promise<InstallationToken> {
    const started = this.#shared(key, connection, narrowing);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= MOST_CACHED && oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(key, started);
    started.catch(() => {
      if (this.#cache.get(key) === started) this.#cache.delete(key);
    });
    return started;
  }

  /** Minted here, unless another process did or does. */
  #shared(key: string, connection: Connection, narrowing: Narrowing): Promise<InstallationToken> {
    const kv = this.#settings.installationStore;
    if (!kv) return this.#mint(connection, narrowing);
    const storedAt = storedKey(key);
    return this.#renewals.run<Entry, InstallationToken>({
      read: async () => entryOf(await kv.get(storedAt)),
      fresh: ({ minted }) => (minted && this.#isGood(minted, earlyMs(narrowing)) ? minted : undefined),
      lasting: ({ minted }) => (minted && this.#isGood(minted, LAST_MS) ? minted : undefined),
      replace: async (next, version) => {
        const found = await kv.get(storedAt);
        if (entryOf(found).version !== version) return false;
        return kv.set(storedAt, JSON.stringify(next), { version: found?.version ?? null, ttlMs: HOUR_MS });
      },
      renew: async (entry) => ({ ...entry, minted: await this.#mint(connection, narrowing) }),
    });
  }

  #mint(connection: Connection, narrowing: Narrowing): Promise<InstallationToken> {
    const { scopes, projectIds, expiresInSeconds } = narrowing;
    const body = JSON.stringify({ scopes, project_ids: projectIds, expires_in: expiresInSeconds });
    return this.#connections.withAccessToken(connection, async (bearer, { grantId }) => {
      const url = `${this.#settings.apiUrl}/api/oauth-client/installations/${encodeURIComponent(grantId)}/tokens`;
      const headers = { "content-type": "application/json" };
      let askedAt = 0;
      const answer = await withRetries(() => {
        askedAt = this.#settings.now();
        const request = { method: "POST", url, bearer, headers, body };
        return requestJson<MintAnswer>(this.#settings, request).then((minted) =>
          checkAnswer(minted, NEEDED, url),
        );
      });
      return {
        token: answer.installation_token,
        expiresAt: endOf(askedAt, answer.expires_in),
        scopes: answer.scopes,
        projectIds: answer.project_ids,
      };
    });
  }

  #isGood({ expiresAt }: InstallationToken, milliseconds: number): boolean {
    return expiresAt > this.#settings.now() + milliseconds;
  }

  /** Drops a token that the server did not take, where it is the one that is kept. */
  async forget(connection: Connection, narrowing: Narrowing, token: string): Promise<void> {
    const key = cacheKey(connection, narrowing);
    const cached = this.#cache.get(key);
    const known = await cached?.catch(() => undefined);
    if (known?.token === token && this.#cache.get(key) === cached) this.#cache.delete(key);
    const kv = this.#settings.installationStore;
    const found = await kv?.get(storedKey(key));
    if (found && entryOf(found).minted?.token === token) await kv?.delete(storedKey(key), found.version);
  }

  /** At every callback: what the user just allowed may differ from what these tokens carry. Other processes see another `approval`. */
  clear(): void {
    this.#cache.clear();
  }
}

function storedKey(key: string): string {
  return `parlance:installation:${key}`;
}

function entryOf(found: Versioned | undefined): Entry {
  return found ? JSON.parse(found.value) : { minted: null, lease: null, version: "none" };
}

/** A token that was asked for a short life is used for the larger part of it. */
function earlyMs({ expiresInSeconds = 3600 }: Narrowing): number {
  return Math.min(EARLY_MS, (expiresInSeconds * 1000) / 4);
}

/** The same narrowing in another order is the same. */
function cacheKey({ grantId, organizationId, approval }: Connection, narrowing: Narrowing): string {
  const { scopes, projectIds, expiresInSeconds } = narrowing;
  const parts = [scopes && [...scopes].sort(), projectIds && [...projectIds].sort(), expiresInSeconds];
  return `${grantId} ${organizationId} ${approval} ${JSON.stringify(parts)}`;
}
