import {
  type AuthProvider,
  Client,
  extractWWWAuthenticateParams,
  type FetchLike,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import type { Log } from "./log.ts";
import { EXIT, Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";
import type { Session } from "./sign-in/session.ts";
import { VERSION } from "./version.ts";

/** The name under which existing servers know the bridge (contract/mcp, 3.4). */
export const BRIDGE = "better-i18n-bridge";

interface Parts {
  readonly settings: Settings;
  readonly log: Log;
  /** Null when a key is sent. */
  readonly session: Session | null;
}

/** The server's MCP endpoint, connected when first asked for, in the newest era that both sides speak. */
export class Upstream {
  readonly #parts: Parts;
  #connecting: Promise<Client> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws what the connection failed with, `SignInNeeded` among it; the next call tries again. */
  client(): Promise<Client> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = null;
      throw error;
    });
    return this.#connecting;
  }

  async close(): Promise<void> {
    const client = await this.#connecting?.catch(() => null);
    await client?.close();
  }

  async #connect(): Promise<Client> {
    const { settings, log, session } = this.#parts;
    const { fetch, tokenOf } = rememberingFetch();
    const transport = new StreamableHTTPClientTransport(settings.url, {
      fetch,
      authProvider: session ? bySession(session, tokenOf) : byKey(settings),
      // A model hears of a missing permission before a browser opens.
      onInsufficientScope: "throw",
    });
    const client = new Client(
      { name: BRIDGE, version: VERSION },
      { versionNegotiation: { mode: "auto" }, capabilities: {} },
    );
    client.onerror = (error) => log.debug(error.message);
    await client.connect(transport);
    log.debug(`Connected to ${settings.url.href}, ${client.getNegotiatedProtocolVersion()}.`);
    return client;
  }
}

function byKey({ key, url }: Settings): AuthProvider {
  return {
    token: async () => key ?? undefined,
    onUnauthorized: async ({ response }) => {
      const { errorDescription } = extractWWWAuthenticateParams(response);
      const isRevoked = errorDescription === "grant_revoked";
      throw new Problem(
        isRevoked
          ? `The connection that BETTER_I18N_API_KEY belongs to was revoked at ${url.origin}. Connect again, or make another key.`
          : `${url.origin} refuses the key in BETTER_I18N_API_KEY: it is mistyped, expired, revoked or of another server. Make one in the dashboard and set the variable again.`,
        EXIT.refused,
      );
    },
  };
}

function bySession(session: Session, tokenOf: (response: Response) => string | undefined): AuthProvider {
  return {
    token: () => session.token(),
    onUnauthorized: async ({ response }) => {
      const { errorDescription, scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response);
      await session.renew(tokenOf(response), { description: errorDescription, scope, resourceMetadataUrl });
    },
  };
}

/** A `fetch` that knows which token each answer refused: calls go side by side, and tokens change between them. */
function rememberingFetch(): { fetch: FetchLike; tokenOf: (response: Response) => string | undefined } {
  const tokens = new WeakMap<Response, string>();
  return {
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const [, token] = /^Bearer (.+)$/.exec(new Headers(init?.headers).get("authorization") ?? "") ?? [];
      if (token !== undefined) tokens.set(response, token);
      return response;
    },
    tokenOf: (response) => tokens.get(response),
  };
}
