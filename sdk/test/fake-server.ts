import type { ParlanceOptions } from "../src/settings.ts";
import type { Connection } from "../src/store.ts";
import { memoryStore } from "../src/stores/memory.ts";

export const URL_OF_SERVER = "https://parlance.test";
const API = "/api/oauth-client";
export const MINUTE_MS = 60_000;

export interface Asked {
  readonly method: string;
  /** Below the API's mount, with its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What the n-th request (from 1) at a path is answered; an error is a connection that breaks. */
type Answer = (count: number, asked: Asked) => Response | Error | Promise<Response | Error>;

/** A server in memory whose answers a test replaces, with a clock that only a test moves. */
export class FakeServer {
  readonly asked: Asked[] = [];
  readonly #counts = new Map<string, number>();
  now = 1_800_000_000_000;

  answers: Record<string, Answer> = {
    "/.well-known/oauth-authorization-server": () =>
      Response.json({
        issuer: URL_OF_SERVER,
        authorization_endpoint: `${URL_OF_SERVER}/api/auth/mcp/authorize`,
        token_endpoint: `${URL_OF_SERVER}/api/auth/mcp/token`,
        authorization_response_iss_parameter_supported: true,
      }),
    "/api/auth/mcp/token": (count) =>
      Response.json({
        access_token: `access-${count}`,
        refresh_token: `refresh-${count}`,
        expires_in: 1800,
        grants: ["1", "2"].map((n) => ({
          grant_id: `grt_${n}`,
          organization_id: `org_${n}`,
          organization_slug: `slug-${n}`,
          scopes: ["org:read"],
          project_ids: [],
          refresh_token: `refresh-${count}-${n}`,
        })),
      }),
    "/installations/grt_1/tokens": (count) =>
      Response.json(
        { installation_token: `oat-${count}`, expires_in: 3600, scopes: ["org:read"], project_ids: [] },
        { status: 201 },
      ),
    "/me": () => Response.json({ user: {}, app: {}, grants: [] }),
  };

  count(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    // Not every runtime has the first, and a test may hold the second back.
    await new Promise((resolve) => (globalThis.setImmediate ?? setTimeout)(resolve));
    const request = new Request(input as string, init);
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(API, "");
    const asked = {
      method: request.method,
      path: path + search,
      headers: request.headers,
      body: await request.text(),
    };
    this.asked.push(asked);
    const count = this.count(path) + 1;
    this.#counts.set(path, count);
    const answer = (await this.answers[path]?.(count, asked)) ?? refusal(404, "not_found");
    if (answer instanceof Error) throw answer;
    init?.signal?.throwIfAborted();
    return answer;
  };

  /** Settings that lead here. */
  options(change: Partial<ParlanceOptions> = {}): ParlanceOptions {
    return {
      url: URL_OF_SERVER,
      clientId: "app_1",
      redirectUri: "https://partner.test/callback",
      store: memoryStore(),
      fetch: this.fetch,
      now: () => this.now,
      ...change,
    };
  }
}

export function refusal(
  status: number,
  error: string,
  more: object = {},
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error, error_description: `Because of ${error}.`, ...more }, { status, headers });
}

/** A connection whose access token is good for half an hour. */
export function connection(change: Partial<Connection> = {}): Connection {
  return {
    id: "con_1",
    userId: "user",
    organizationId: "org_1",
    organizationSlug: "acme",
    organizationName: "Acme",
    grantId: "grt_1",
    scopes: ["org:read"],
    projectIds: [],
    refreshToken: "refresh-0",
    accessToken: "access-0",
    accessTokenExpiresAt: 1_800_000_000_000 + 30 * MINUTE_MS,
    revokedAt: null,
    approval: "approval-0",
    lease: null,
    version: "version-0",
    ...change,
  };
}
