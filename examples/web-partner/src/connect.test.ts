import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AuthorizationError, CallbackError, createConnect } from "./connect.ts";
import { openConnections } from "./connections.ts";
import { readSettings } from "./settings.ts";
import { createTokens } from "./tokens.ts";

const ISSUER = "https://parlance.test";
const discover = async () => ({
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  authorization_response_iss_parameter_supported: true,
});

let exchanged: URLSearchParams[];

beforeEach(() => {
  exchanged = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.endsWith("/me")) return Response.json({ error: "temporarily_unavailable" }, { status: 503 });
    exchanged.push(init.body as URLSearchParams);
    const grants = ["1", "2"].map((n) => ({
      grant_id: `grt_${n}`,
      organization_id: `org_${n}`,
      organization_slug: `slug-${n}`,
      scopes: ["org:read"],
      project_ids: [],
      refresh_token: `refresh-${n}`,
    }));
    return Response.json({ access_token: "access", expires_in: 1800, refresh_token: "top", grants });
  });
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function begun(secret?: string) {
  const settings = readSettings({
    PARLANCE_URL: ISSUER,
    PARLANCE_CLIENT_ID: "app_1",
    PARLANCE_CLIENT_SECRET: secret,
  });
  const connections = openConnections(":memory:");
  const tokens = createTokens(settings, connections, discover);
  const connect = createConnect(settings, connections, tokens, discover);
  const sent = new URL(await connect.start("user")).searchParams;
  const back = (query: Record<string, string>, userId = "user") =>
    connect.callback(
      userId,
      new URLSearchParams({ state: sent.get("state") ?? "", iss: ISSUER, code: "code", ...query }),
    );
  return { connections, sent, back };
}

test("every grant of an approval becomes a connection with its own refresh token, even when /me fails", async () => {
  const { connections, sent, back } = await begun();
  await back({});
  expect(
    connections.list("user").map((row) => [row.grantId, row.refreshToken, row.organizationName]),
  ).toEqual([
    ["grt_1", "refresh-1", "slug-1"],
    ["grt_2", "refresh-2", "slug-2"],
  ]);
  expect(Object.fromEntries(exchanged[0] ?? [])).toEqual({
    grant_type: "authorization_code",
    client_id: "app_1",
    code: "code",
    redirect_uri: sent.get("redirect_uri"),
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test("a confidential app sends its secret as well", async () => {
  const { back } = await begun("secret");
  await back({});
  expect(exchanged[0]?.get("client_secret")).toBe("secret");
});

test.each([
  ["a state that this browser did not begin", { state: "other" }, "user", CallbackError],
  ["another user's state", {}, "other", CallbackError],
  ["another issuer (RFC 9207 §2.4)", { iss: "https://evil.test" }, "user", CallbackError],
  ["no code", { code: "" }, "user", CallbackError],
  ["the user's no", { error: "access_denied" }, "user", AuthorizationError],
])("no code is exchanged for %s", async (_, query, userId, error) => {
  const { back } = await begun();
  await expect(back(query, userId)).rejects.toThrow(error);
  expect(exchanged).toEqual([]);
});

test("a callback that is loaded again is refused", async () => {
  const { back } = await begun();
  await back({});
  await expect(back({})).rejects.toThrow(CallbackError);
  expect(exchanged).toHaveLength(1);
});
