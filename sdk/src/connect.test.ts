import { beforeEach, describe, expect, test } from "vitest";
import { connection, FakeServer, refusal, URL_OF_SERVER } from "../test/fake-server.ts";
import { createParlance } from "./parlance.ts";
import type { ParlanceOptions } from "./settings.ts";

const TOKEN = "/api/auth/mcp/token";
let server: FakeServer;
beforeEach(() => {
  server = new FakeServer();
});

/** An authorization that has begun, and its callback as the server would send it. */
async function begun(change: Partial<ParlanceOptions> = {}) {
  const options = server.options(change);
  const parlance = createParlance(options);
  const sent = new URL(await parlance.authorizeUrl({ userId: "user" })).searchParams;
  const back = (query: Record<string, string> = {}, userId = "user") => {
    const fields = { state: sent.get("state") ?? "", iss: URL_OF_SERVER, code: "code", ...query };
    return parlance.callback({ userId, url: `/callback?${new URLSearchParams(fields)}` });
  };
  return { parlance, sent, back, store: options.store };
}

const exchanged = () => server.asked.filter(({ path }) => path === TOKEN);

test("the browser is sent to the endpoint with PKCE, state, scopes and the hint of an organization", async () => {
  const parlance = createParlance(server.options({ scopes: ["org:read", "keys:read"] }));
  const url = new URL(await parlance.authorizeUrl({ userId: "user", organization: "acme" }));
  expect(url.origin + url.pathname).toBe(`${URL_OF_SERVER}/api/auth/mcp/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: "code",
    client_id: "app_1",
    redirect_uri: "https://partner.test/callback",
    scope: "org:read keys:read",
    state: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
    organization: "acme",
  });
});

test("every grant of an approval becomes a connection with its own refresh token", async () => {
  const { back, sent, store } = await begun();
  const connections = await back();
  expect(connections.map((row) => [row.grantId, row.organizationSlug, row.refreshToken])).toEqual([
    ["grt_1", "slug-1", "refresh-1-1"],
    ["grt_2", "slug-2", "refresh-1-2"],
  ]);
  expect(await store.list("user")).toEqual(connections);
  const form = Object.fromEntries(new URLSearchParams(exchanged()[0]?.body));
  expect(form).toEqual({
    grant_type: "authorization_code",
    client_id: "app_1",
    code: "code",
    redirect_uri: "https://partner.test/callback",
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  });
  const verifier = new TextEncoder().encode(form.code_verifier);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", verifier));
  const challenge = Uint8Array.from(atob(base64(sent.get("code_challenge"))), (letter) =>
    letter.charCodeAt(0),
  );
  expect(challenge).toEqual(hash);
});

test("an organization is called by its name, and by its slug where the server could not say", async () => {
  const grants = [{ grant_id: "grt_1", organization_name: "First & Last" }];
  server.answers["/me"] = () => Response.json({ grants });
  const { back, store } = await begun();
  const connections = await back();
  expect(connections.map(({ organizationName }) => organizationName)).toEqual(["First & Last", "slug-2"]);
  expect(await store.list("user")).toEqual(connections);
  server.answers["/me"] = () => refusal(500, "server_error");
  const [again] = await (await begun()).back();
  expect(again?.organizationName).toBe("slug-1");
});

test.each([undefined, null, "", 7])(
  "%j is nobody: neither begins, nor ends what another nobody began",
  async (nobody) => {
    const userId = nobody as unknown as string;
    const { parlance, back } = await begun();
    for (const refused of [
      () => parlance.authorizeUrl({ userId }),
      () => parlance.callback({ userId, url: "/callback?code=code&state=state" }),
      () => parlance.connections(userId),
      () => parlance.authorizeDevice({ userId }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ name: "SettingsError" });
    }
    expect(await back()).toHaveLength(2);
  },
);

test("a confidential app sends its secret in the body, never in an address", async () => {
  const { back, sent } = await begun({ clientSecret: "bi_cs_secret" });
  await back();
  expect(exchanged()[0]?.body).toContain("client_secret=bi_cs_secret");
  expect(String(sent)).not.toContain("secret");
});

describe("no code is exchanged for", () => {
  test.each([
    ["a state that this user did not begin", { state: "other" }, "user", "CallbackError"],
    ["another user's state", {}, "other", "CallbackError"],
    ["no state", { state: "" }, "user", "CallbackError"],
    ["another issuer (RFC 9207 §2.4)", { iss: "https://evil.test" }, "user", "CallbackError"],
    ["no issuer", { iss: "" }, "user", "CallbackError"],
    ["no code", { code: "" }, "user", "CallbackError"],
    ["the user's no", { error: "access_denied" }, "user", "AuthorizationError"],
    [
      "an error of another issuer",
      { error: "access_denied", iss: "https://evil.test" },
      "user",
      "CallbackError",
    ],
  ])("%s", async (_, query, userId, name) => {
    const { back } = await begun();
    await expect(back(query, userId)).rejects.toMatchObject({ name });
    expect(exchanged()).toEqual([]);
  });

  test("a parameter that stands twice", async () => {
    const { parlance, sent } = await begun();
    const url = `/callback?state=${sent.get("state")}&iss=${URL_OF_SERVER}&code=one&code=two`;
    await expect(parlance.callback({ userId: "user", url })).rejects.toMatchObject({ name: "CallbackError" });
    expect(exchanged()).toEqual([]);
  });

  test("an address that is none", async () => {
    const { parlance } = await begun();
    const callback = parlance.callback({ userId: "user", url: "http://[" });
    await expect(callback).rejects.toMatchObject({ name: "CallbackError" });
  });

  test("a callback that comes more than an hour later", async () => {
    const { back } = await begun();
    server.now += 60 * 60_000 + 1;
    await expect(back()).rejects.toMatchObject({ name: "CallbackError" });
  });
});

test("a callback that is loaded again is refused, and leaves the connection alone", async () => {
  const { back, parlance } = await begun();
  await back();
  const before = await parlance.connections("user");
  await expect(back()).rejects.toMatchObject({ name: "CallbackError" });
  expect(await parlance.connections("user")).toEqual(before);
  expect(exchanged()).toHaveLength(1);
});

test("a code that the server does not take leaves an earlier connection alone", async () => {
  const { back, store } = await begun();
  await store.upsert(connection());
  server.answers[TOKEN] = () => refusal(400, "invalid_grant");
  await expect(back()).rejects.toMatchObject({ name: "InvalidGrantError", code: "invalid_grant" });
  expect(await store.list("user")).toEqual([connection()]);
});

test("an exchange that is answered with no connection is no connection", async () => {
  const { back, store } = await begun();
  server.answers[TOKEN] = () => Response.json({ access_token: "a", refresh_token: "r", expires_in: 1800 });
  await expect(back()).rejects.toMatchObject({ name: "CallbackError" });
  expect(await store.list("user")).toEqual([]);
});

test("connecting again revives the row, and keeps its id", async () => {
  const { back, store } = await begun();
  await store.upsert(connection({ revokedAt: 1, grantId: "grt_0" }));
  const [revived] = await back();
  expect(revived).toMatchObject({
    id: "con_1",
    grantId: "grt_1",
    revokedAt: null,
    refreshToken: "refresh-1-1",
  });
});

test("a row that cannot be stored does not lose the tokens of the others", async () => {
  const options = server.options();
  const store = {
    ...options.store,
    upsert: async (row: Parameters<typeof options.store.upsert>[0]) => {
      if (row.grantId === "grt_1") throw new Error("disk full");
      return options.store.upsert(row);
    },
  };
  const { back } = await begun({ store });
  await expect(back()).rejects.toThrow("disk full");
  expect((await options.store.list("user")).map(({ grantId }) => grantId)).toEqual(["grt_2"]);
});

test("a server that calls itself otherwise is not talked to (RFC 8414 §3.3)", async () => {
  server.answers["/.well-known/oauth-authorization-server"] = () =>
    Response.json({ issuer: "https://evil.test" });
  const parlance = createParlance(server.options());
  await expect(parlance.authorizeUrl({ userId: "user" })).rejects.toMatchObject({ name: "SettingsError" });
});

test("a server whose metadata names no endpoint is not guessed at", async () => {
  server.answers["/.well-known/oauth-authorization-server"] = () => Response.json({ issuer: URL_OF_SERVER });
  const parlance = createParlance(server.options());
  await expect(parlance.authorizeUrl({ userId: "user" })).rejects.toMatchObject({ name: "UnreachableError" });
});

test("the endpoints are looked up once, and again after a failure", async () => {
  const path = "/.well-known/oauth-authorization-server";
  const found = server.answers[path];
  server.answers[path] = () => refusal(404, "not_found");
  const parlance = createParlance(server.options());
  await expect(parlance.authorizeUrl({ userId: "user" })).rejects.toMatchObject({ status: 404 });
  if (found) server.answers[path] = found;
  await Promise.all([parlance.authorizeUrl({ userId: "user" }), parlance.authorizeUrl({ userId: "user" })]);
  expect(server.count(path)).toBe(2);
});

/** Of base64url, which is what a challenge is (RFC 7636 §4.2). */
function base64(text: string | null): string {
  return (text ?? "").replaceAll("-", "+").replaceAll("_", "/");
}
