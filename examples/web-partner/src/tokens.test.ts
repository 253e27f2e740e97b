import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApi } from "./api.ts";
import { type Connections, openConnections } from "./connections.ts";
import { readSettings } from "./settings.ts";
import { ConnectionRevokedError, createTokens, type Tokens } from "./tokens.ts";

const MINUTE_MS = 60_000;
const settings = readSettings({ PARLANCE_URL: "https://parlance.test", PARLANCE_CLIENT_ID: "app_1" });
const discover = async () => ({
  issuer: "https://parlance.test",
  authorization_endpoint: "https://parlance.test/authorize",
  token_endpoint: "https://parlance.test/token",
});

type Answer = [status: number, body: unknown, headers?: Record<string, string>];
let connections: Connections;
let tokens: Tokens;
/** What Parlance answers to the n-th call (from 1) at a path; every call is counted. */
let parlance: Record<string, (call: number, request: Request) => Answer>;
let calls: Record<string, number>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  calls = {};
  parlance = {
    "/token": (call) => [
      200,
      { access_token: `access-${call}`, refresh_token: `refresh-${call}`, expires_in: 1800 },
    ],
    "/installations/grt_1/tokens": (call) => [
      201,
      { installation_token: `oat-${call}`, expires_in: 3600, scopes: ["org:read"], project_ids: [] },
    ],
    "/v1/projects/p1": () => [200, { id: "p1" }],
  };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    await new Promise((resolve) => setImmediate(resolve));
    const path = new URL(url).pathname.replace("/api/oauth-client", "");
    calls[path] = (calls[path] ?? 0) + 1;
    const [status, body, headers] = parlance[path]?.(calls[path], new Request(url, init)) ?? [404, {}];
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  });
  connections = openConnections(":memory:");
  tokens = createTokens(settings, connections, discover);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function connect(change: { accessTokenExpiresAt?: number; refreshToken?: string } = {}) {
  connections.upsert({
    userId: "user",
    organizationId: "org_1",
    organizationSlug: "acme",
    organizationName: "Acme",
    grantId: "grt_1",
    scopes: [],
    projectIds: [],
    refreshToken: "refresh-0",
    accessToken: "access-0",
    accessTokenExpiresAt: Date.now() + 30 * MINUTE_MS,
    ...change,
  });
  return the();
}

function the() {
  const [connection] = connections.list("user");
  if (!connection) throw new Error("no connection");
  return connection;
}

test("an access token is used until a minute before it ends", async () => {
  const { id } = connect({ accessTokenExpiresAt: Date.now() + MINUTE_MS + 1 });
  expect(await tokens.ensureAccessToken(id)).toBe("access-0");
  vi.setSystemTime(Date.now() + 1);
  expect(await tokens.ensureAccessToken(id)).toBe("access-1");
});

test("twenty callers share one refresh, and the successor is stored before any of them goes on", async () => {
  const { id } = connect({ accessTokenExpiresAt: 0 });
  const got = await Promise.all(
    Array.from({ length: 20 }, () =>
      tokens.ensureAccessToken(id).then((token) => [token, the().refreshToken]),
    ),
  );
  expect(calls["/token"]).toBe(1);
  expect(new Set(got.map(String))).toEqual(new Set(["access-1,refresh-1"]));
});

test("invalid_grant means Reconnect, and nothing is asked again", async () => {
  const { id } = connect({ accessTokenExpiresAt: 0 });
  parlance["/token"] = () => [400, { error: "invalid_grant" }];
  await expect(tokens.ensureAccessToken(id)).rejects.toThrow(ConnectionRevokedError);
  await expect(tokens.installationToken(id)).rejects.toThrow(ConnectionRevokedError);
  expect(the().revokedAt).not.toBeNull();
  expect(calls["/token"]).toBe(1);
});

test.each([
  [503, { error: "temporarily_unavailable" }],
  [401, { error: "invalid_client" }],
])("a refresh refused with %i keeps the connection for another try", async (status, body) => {
  const { id } = connect({ accessTokenExpiresAt: 0 });
  parlance["/token"] = () => [status, body];
  await expect(tokens.ensureAccessToken(id)).rejects.toMatchObject({ code: body.error });
  expect(the()).toMatchObject({ revokedAt: null, refreshToken: "refresh-0" });
});

test("a refresh that ends after the user connected again does not undo the new connection", async () => {
  const { id } = connect({ accessTokenExpiresAt: 0 });
  const late = tokens.ensureAccessToken(id);
  connect({ refreshToken: "refresh-new" });
  await late;
  expect(the()).toMatchObject({ id, refreshToken: "refresh-new", accessToken: "access-0" });
});

test("parallel calls share one mint; it is renewed a minute before the token ends", async () => {
  const { id } = connect();
  const got = await Promise.all([tokens.installationToken(id), tokens.installationToken(id)]);
  expect(got).toEqual(["oat-1", "oat-1"]);
  vi.setSystemTime(Date.now() + 59 * MINUTE_MS - 1);
  expect(await tokens.installationToken(id)).toBe("oat-1");
  vi.setSystemTime(Date.now() + 1);
  expect(await tokens.installationToken(id)).toBe("oat-2");
});

test("a mint that began before a callback is not cached after it", async () => {
  const { id } = connect();
  const early = tokens.installationToken(id);
  tokens.forgetAll();
  await early;
  expect(await tokens.installationToken(id)).not.toBe(await early);
});

test("an access token that ended early is renewed once", async () => {
  const { id } = connect();
  const mint = parlance["/installations/grt_1/tokens"];
  parlance["/installations/grt_1/tokens"] = (call, request) =>
    request.headers.get("authorization") === "Bearer access-0"
      ? [401, { error: "invalid_token" }]
      : (mint?.(call, request) ?? [404, {}]);
  expect(await tokens.installationToken(id)).toBe("oat-2");
  expect(calls["/token"]).toBe(1);
});

test("410 while minting or calling means Reconnect", async () => {
  const connection = connect();
  parlance["/v1/projects/p1"] = () => [410, { error: "grant_revoked" }];
  await expect(createApi(settings, tokens).project(connection, "p1")).rejects.toThrow(ConnectionRevokedError);
  expect(the().revokedAt).not.toBeNull();

  connect();
  tokens.forgetAll();
  parlance["/installations/grt_1/tokens"] = () => [410, { error: "grant_revoked" }];
  await expect(tokens.installationToken(connection.id)).rejects.toThrow(ConnectionRevokedError);
});

test("missing_scope is retried with a new token only when Parlance says so", async () => {
  const connection = connect();
  const api = createApi(settings, tokens);
  parlance["/v1/projects/p1"] = (call) =>
    call === 1
      ? [403, { error: "missing_scope", required: "projects:read", mint_again: true }]
      : [200, { id: "p1" }];
  expect(await api.project(connection, "p1")).toEqual({ id: "p1" });
  expect(calls["/installations/grt_1/tokens"]).toBe(2);

  parlance["/v1/projects/p1"] = () => [403, { error: "missing_scope", required: "projects:read" }];
  await expect(api.project(connection, "p1")).rejects.toMatchObject({ requiredScope: "projects:read" });
  expect(calls["/installations/grt_1/tokens"]).toBe(2);
});

test("429 is waited for when the wait is short, and told when it is long", async () => {
  const connection = connect();
  const api = createApi(settings, tokens);
  parlance["/v1/projects/p1"] = (call) =>
    call === 1 ? [429, { error: "rate_limited" }, { "retry-after": "0" }] : [200, { id: "p1" }];
  expect(await api.project(connection, "p1")).toEqual({ id: "p1" });

  parlance["/v1/projects/p1"] = () => [429, { error: "rate_limited" }, { "retry-after": "42" }];
  await expect(api.project(connection, "p1")).rejects.toMatchObject({ retryAfterSeconds: 42 });
});

test("a grant that is gone already counts as disconnected; an unreachable server does not", async () => {
  const { id } = connect();
  parlance["/installations/grt_1"] = () => [410, { error: "grant_revoked" }];
  await tokens.revoke(id);

  connect();
  parlance["/installations/grt_1"] = () => [503, { error: "temporarily_unavailable" }];
  await expect(tokens.revoke(id)).rejects.toMatchObject({ status: 503 });
});
