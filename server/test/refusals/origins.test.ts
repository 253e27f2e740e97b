import { afterAll, describe, expect, test } from "vitest";
import { tryBegin } from "../support/device.ts";
import { authorize, connect, exchange, mint, post, refresh } from "../support/flow.ts";
import { answered, startScene } from "./scene.ts";
import { send } from "./send.ts";

/** What other sites may read, what caches may keep, and how pages protect themselves. */
const scene = await startScene({ environment: { REGISTRATION_TOKEN: "a-token-that-only-tests-use" } });
const { base, organization, people, server, app } = scene;
const { owner } = people;
const spa = await scene.addApp(owner, organization, {
  type: "spa",
  redirectUris: ["https://spa.example/callback"],
});
const issued = await scene.letIn(owner, app, { organizations: [organization] });
const token = await scene.mint(issued);
const SITE = "https://site.example";
afterAll(() => server.close());

describe("any site may read, without cookies,", () => {
  test.each([
    "/api/oauth-client/me",
    "/api/oauth-client/v1/projects/none",
    "/api/oauth-client/nowhere",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-protected-resource/api/oauth-client",
    "/api/auth/mcp/jwks",
    "/cdn/nobody/nothing/manifest.json",
  ])("%s", async (path) => {
    for (const headers of [{ authorization: `Bearer ${token}` }, { authorization: "Bearer wrong" }, {}]) {
      const response = await fetch(base + path, { headers: { ...headers, origin: SITE } });
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test.each([
    ["/api/oauth-client/v1/projects", "POST"],
    ["/api/oauth-client/installations/grt_1/tokens", "POST"],
    ["/api/oauth-client/me", "GET"],
    ["/api/auth/mcp/register", "POST"],
    ["/.well-known/oauth-authorization-server", "GET"],
  ])("after asking for leave at %s", async (path, method) => {
    const response = await preflight(path, SITE, method);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-methods")).toContain(method);
    expect(response.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
    expect(response.headers.has("access-control-allow-credentials")).toBe(false);
  });

  test("what a registration was refused for", async () => {
    const response = await fetch(`${base}/api/auth/mcp/register`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: SITE },
      body: "{}",
    });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([400, "*"]);
  });

  test("the headers that tell how to go on", async () => {
    const response = await fetch(`${base}/api/oauth-client/me`, { headers: { origin: SITE } });
    const exposed = response.headers.get("access-control-expose-headers")?.toLowerCase().split(/, */);
    const wanted = [
      "www-authenticate",
      "retry-after",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
      "etag",
    ];
    expect(exposed).toEqual(expect.arrayContaining(wanted));
  });
});

describe.each(["/api/auth/mcp/token", "/api/auth/mcp/revoke"])("%s", (path) => {
  const ask = (origin: string) =>
    fetch(base + path, {
      method: "POST",
      headers: { origin },
      body: new URLSearchParams({ client_id: spa.clientId }),
    });

  test("is open to the site of a public app, refusals too", async () => {
    const origin = new URL(spa.redirectUri).origin;
    for (const response of [await ask(origin), await preflight(path, origin, "POST")]) {
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(response.headers.get("vary")?.toLowerCase()).toContain("origin");
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test.each([
    SITE,
    new URL(app.redirectUri).origin,
    "null",
    "https://spa.example.evil.example",
    "http://spa.example",
  ])("is closed to %s", async (origin) => {
    for (const response of [await ask(origin), await preflight(path, origin, "POST")]) {
      expect(response.headers.has("access-control-allow-origin")).toBe(false);
    }
  });
});

describe("no other site may read", () => {
  test.each([
    "/api/auth/mcp/authorize",
    "/api/auth/mcp/device",
    "/api/auth/mcp/device_authorization",
    "/api/auth/mcp/requests/req_1",
    "/api/auth/mcp/requests/req_1/continue",
    "/api/auth/get-session",
    "/api/auth/sign-in/email",
    "/api/auth/reset-password",
    "/api/dashboard/sessions",
    "/api/dashboard/organizations",
    "/connect/req_1",
    "/device",
    "/sign-in",
  ])("%s", async (path) => {
    for (const origin of [SITE, new URL(spa.redirectUri).origin]) {
      const { browser } = owner;
      const read = await browser.request(path, { headers: { origin } });
      const answers = [read, await preflight(path, origin, "POST"), await browser.post(path, {}, { origin })];
      for (const response of answers) {
        expect(response.headers.has("access-control-allow-origin")).toBe(false);
        expect(response.headers.has("access-control-allow-credentials")).toBe(false);
      }
    }
  });
});

describe("no cache keeps", () => {
  const fresh = async () => connect(owner.browser, app);
  const dashboard = `/api/dashboard/organizations/${organization.id}`;
  const owns = { browser: owner.browser };
  const onApp = { params: { organizationId: organization.id, appId: app.clientId } };
  const rows: [string, () => Promise<Response>][] = [
    ["tokens for a code", async () => exchange(base, app, await fresh())],
    ["tokens for a refresh token", async () => refresh(base, app, issued.refresh_token)],
    ["an installation token", () => mint(base, issued.access_token, issued.grant_id)],
    ["the codes of a device", () => beginOnDevice()],
    ["an introspection", () => post(base, "introspect", app, { token })],
    ["a client secret", () => send(base, "secrets.create", onApp, owns)],
    [
      "a new app's secret",
      () =>
        owner.browser.post(`${dashboard}/apps`, {
          name: "New",
          type: "web",
          redirectUris: ["https://new.example/"],
        }),
    ],
    ["a registered client's secret", () => registerConfidential()],
    ["the redirect with a code", async () => continueOnce()],
    ["the redirect to the consent page", async () => (await authorize(owner.browser, app)).response],
    ["a session", async () => owner.browser.request("/api/auth/get-session")],
    ["who is signed in", () => send(base, "sessions.list", {}, owns)],
    ["what a token reads", () => send(base, "me", {}, { token })],
  ];
  test.each(rows)("%s", async (_, ask) => {
    const response = await ask();
    expect(response.status).toBeLessThan(400);
    expect(response.headers.get("cache-control")).toContain("no-store");
  });

  test("a refused exchange", async () => {
    const response = await refresh(base, app, "rt_wrong");
    expect([response.status, response.headers.get("cache-control")]).toEqual([400, "no-store"]);
  });

  async function continueOnce(): Promise<Response> {
    const { requestId } = await authorize(owner.browser, app);
    const path = `/api/auth/mcp/requests/${requestId}`;
    const organizations = [{ organization_id: organization.id, projects: "all" }];
    await answered(
      owner.browser.post(`${path}/decision`, { approve: true, organizations, scopes: ["org:read"] }),
    );
    const response = await owner.browser.request(`${path}/continue`);
    expect([response.status, response.headers.get("referrer-policy")]).toEqual([303, "no-referrer"]);
    return response;
  }

  async function beginOnDevice(): Promise<Response> {
    const change = { deviceFlow: true };
    await answered(owner.browser.post(`${dashboard}/apps/${app.clientId}`, change, {}, "PATCH"));
    return tryBegin(base, app);
  }

  function registerConfidential(): Promise<Response> {
    return fetch(`${base}/api/auth/mcp/register`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${server.ctx.config.REGISTRATION_TOKEN}`,
      },
      body: JSON.stringify({
        redirect_uris: ["https://new.example/"],
        token_endpoint_auth_method: "client_secret_basic",
      }),
    });
  }
});

describe("a page runs only our own scripts, cannot be framed and tells nobody where the person came from", () => {
  test.each([
    "/sign-in",
    "/sign-up",
    "/verify-email",
    "/forgot-password",
    "/reset-password?token=x",
    "/invitations/x",
    "/connect/req_1",
    "/device?user_code=BCDF-GHJK",
    "/",
    "/settings",
    "/organizations/x",
    "/no-such-page",
    "/api/auth/mcp/authorize?client_id=none",
    "/api/auth/mcp/requests/req_1/continue",
  ])("%s", async (path) => {
    const { headers } = await fetch(base + path, { headers: { accept: "text/html" } });
    expect(headers.get("content-type")).toContain("text/html");
    const policy = headers.get("content-security-policy") ?? "";
    const directives = new Map(
      policy.split("; ").map((line) => [line.split(" ")[0], line.split(" ").slice(1)]),
    );
    expect(directives.get("default-src")).toEqual(["'none'"]);
    expect(directives.get("script-src")).toEqual(["'self'"]);
    expect(directives.get("frame-ancestors")).toEqual(["'none'"]);
    expect(directives.get("base-uri")).toEqual(["'none'"]);
    expect(directives.get("form-action")).toEqual(["'self'"]);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toContain("no-store");
  });
});

test("every cookie is kept from scripts and from other sites", async () => {
  const browser = await fetch(`${base}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify({ email: owner.email, password: "correct horse battery staple" }),
  });
  const { response } = await authorize(people.stranger.browser, app);
  const cookies = [...browser.headers.getSetCookie(), ...response.headers.getSetCookie()];
  expect(cookies.length).toBeGreaterThanOrEqual(2);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(cookie).toMatch(/; Path=\//i);
    expect(cookie).not.toMatch(/; Domain=/i);
  }
});

function preflight(path: string, origin: string, method: string): Promise<Response> {
  return fetch(base + path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,content-type",
    },
  });
}
