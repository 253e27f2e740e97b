import { type AgentConfiguration, agentConfiguration } from "./agent.ts";
import { type Client, clientOf } from "./client.ts";
import { type AuthorizeOptions, beginAuthorization, checkUser, finishAuthorization } from "./connect.ts";
import { Connections } from "./connections.ts";
import type { Scope } from "./contract.ts";
import { beginDevice, type DeviceAuthorization } from "./device.ts";
import { discovery } from "./endpoints.ts";
import { CallbackError, ConnectionRevokedError, SettingsError } from "./errors.ts";
import { requestJson } from "./http.ts";
import { connectionIdentity } from "./identity.ts";
import { Installations, type InstallationToken, type Narrowing } from "./installation.ts";
import { withRetries } from "./retry.ts";
import { checkSettings, outsideOf, type ParlanceOptions, serverUrl } from "./settings.ts";
import type { Connection } from "./store.ts";

/** An app that is connected to a server, for all of its users. Make one per process. */
export interface Parlance {
  /** The address to send a user's browser to. It is good for one hour and one callback. */
  authorizeUrl(options: AuthorizeOptions): Promise<string>;
  /**
   * Takes the callback: its address, or its query. Answers one connection per organization that the user picked, stored.
   * Throws `CallbackError` (begin again), `AuthorizationError` (`access_denied`: the user said no), and `RefusedError`.
   */
  callback(options: { userId: string; url: string | URL | URLSearchParams }): Promise<readonly Connection[]>;
  /**
   * Lets a user connect who has a browser somewhere else only (RFC 8628): show them the code and the address, and wait. The
   * app must be allowed to (Developer → Apps). A browser on the same machine is better asked by `authorizeUrl`.
   */
  authorizeDevice(options: AuthorizeOptions): Promise<DeviceAuthorization>;
  /**
   * A user's connections, the revoked ones too: show "Reconnect" at those with `revokedAt`. They hold tokens, so pick what
   * you show, and send no row as a whole to a browser or log.
   */
  connections(userId: string): Promise<readonly Connection[]>;
  /**
   * Every operation, as the connection; narrowed to less than it allows, if told. Makes no request by itself. Whoever may
   * choose the id acts as that user: take it from `connections` of the one who is signed in.
   */
  client(connectionId: string, narrowing?: Narrowing): Client;
  /** The token for resource calls, over REST, MCP or tRPC, good for another minute at least. */
  installationToken(
    connectionId: string,
    options?: Narrowing & { signal?: AbortSignal },
  ): Promise<InstallationToken>;
  /** The token that mints, good for another minute at least; `client` and `installationToken` ask for it by themselves. */
  ensureAccessToken(connectionId: string, options?: { signal?: AbortSignal }): Promise<string>;
  /** What an agent's workspace needs to call the connection's tools, with a fresh token. */
  mcp(connectionId: string, options?: Narrowing & { signal?: AbortSignal }): Promise<AgentConfiguration>;
  /** Revokes the grant, so that every token of it ends at once, and removes the row. One that is gone already is well. */
  disconnect(connectionId: string): Promise<void>;
}

/** Sets an app up. Throws `SettingsError` for a setting that cannot work; makes no request by itself. */
export function createParlance(options: ParlanceOptions): Parlance {
  const settings = checkSettings(options);
  const endpoints = discovery(settings);
  const connections = new Connections(settings, endpoints);
  const installations = new Installations(settings, connections);
  const authorizeUrl = async (asked: AuthorizeOptions) =>
    beginAuthorization(settings, await endpoints(), asked);

  async function installationToken(
    id: string,
    { signal, ...narrowing }: Narrowing & { signal?: AbortSignal } = {},
  ) {
    return installations.token(await connections.live(id), narrowing, signal);
  }

  /** What the app always asks for, what the user allowed besides, and one more: an approval replaces the one before. */
  async function askFor(connection: Connection, scope: Scope): Promise<string> {
    const { userId, organizationSlug, scopes } = (await settings.store.find(connection.id)) ?? connection;
    return authorizeUrl({
      userId,
      organization: organizationSlug,
      scopes: [...new Set([...settings.scopes, ...scopes, scope])],
    });
  }

  async function revoke(id: string): Promise<void> {
    try {
      await connections.withAccessToken(await connections.live(id), (bearer, { grantId }) => {
        const url = `${settings.apiUrl}/api/oauth-client/installations/${encodeURIComponent(grantId)}`;
        return withRetries(() => requestJson(settings, { method: "DELETE", url, bearer }));
      });
    } catch (error) {
      if (!(error instanceof ConnectionRevokedError)) throw error;
    }
  }

  return {
    authorizeUrl,
    async callback({ userId, url }) {
      const stored = await finishAuthorization(settings, await endpoints(), userId, queryOf(url));
      installations.clear();
      return stored;
    },
    async connections(userId) {
      checkUser(userId);
      return settings.store.list(userId);
    },
    async authorizeDevice(asked) {
      const begun = await beginDevice(settings, await endpoints(), asked);
      return {
        ...begun,
        async connected(waiting) {
          const stored = await begun.connected(waiting);
          installations.clear();
          return stored;
        },
      };
    },
    client: (id, narrowing = {}) =>
      clientOf(settings, connectionIdentity({ settings, connections, installations, askFor }, id, narrowing)),
    installationToken,
    ensureAccessToken: (id, { signal } = {}) => connections.ensureAccessToken(id, signal),
    mcp: async (id, asked) => agentConfiguration(settings.mcpUrl, await installationToken(id, asked)),
    async disconnect(id) {
      await revoke(id);
      await settings.store.remove(id);
    },
  };
}

/** A client for an organization's own program, with its secret key. */
export function createClient({
  url,
  key,
  ...options
}: { url: string; key: string } & Pick<ParlanceOptions, "fetch" | "timeoutMs" | "now">): Client {
  const apiUrl = serverUrl("url", url);
  if (!/^[\x21-\x7e]+$/.test(key ?? "")) throw new SettingsError("key is missing, or it is no key.");
  return clientOf(outsideOf(options), { apiUrl, withToken: (call) => call(key) });
}

function queryOf(url: string | URL | URLSearchParams): URLSearchParams {
  if (url instanceof URLSearchParams) return url;
  // The address as a server's request has it, perhaps without an origin.
  if (!URL.canParse(String(url), "http://localhost"))
    throw new CallbackError("The callback's address is none.");
  return new URL(url, "http://localhost").searchParams;
}
