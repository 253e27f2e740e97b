import { afterAll, expect, test } from "vitest";
import { type App, approve, authorize, Browser } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const REDIRECT = "https://unknown-partner.example/callback";

const world = await startWorld();
const { base, owner, web, spa } = world;
afterAll(() => world.close());

test("[bcp/untrusted-target-is-shown] an app that registered itself is not redirected to with an error", async () => {
  const app = await selfRegistered();
  for (const fields of [{ resource: "no:such" }, { prompt: "none" }, { response_type: "token" }]) {
    const { response, state } = await authorize(owner.browser, app, fields);
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    const page = await response.text();
    expect(page).toContain("Wanderer");
    expect(page).toContain("unknown-partner.example");
    // What the app would have been told is offered as a link that the user may follow.
    expect(page).toContain("error=");
    expect(page).toContain(state);
  }
});

test("[bcp/user-first-before-redirect] nobody is redirected to an app before having signed in", async () => {
  for (const app of [web, await selfRegistered()]) {
    for (const fields of [{ resource: "no:such" }, { prompt: "none" }, { response_type: "token" }]) {
      const { response } = await authorize(new Browser(base), app, fields);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    }
  }
});

test("[bcp/redirects-are-303] answers to the app are 303, and no redirect of the flow is 307 or 308", async () => {
  const { response, requestId } = await authorize(owner.browser, web);
  expect([302, 303]).toContain(response.status);
  const next = await owner.browser.request(await approve(owner.browser, requestId!));
  expect(next.status).toBe(303);
  const refused = await authorize(owner.browser, web, { scope: "no:such" });
  expect([302, 303]).toContain(refused.response.status);
});

test("[bcp/cors] the authorization endpoint and consent have no CORS; what apps call has", async () => {
  const origin = new URL(spa.redirectUri).origin;
  const { requestId } = await authorize(owner.browser, web);
  for (const path of ["/api/auth/mcp/authorize", `/api/auth/mcp/requests/${requestId}`]) {
    for (const method of ["GET", "OPTIONS"]) {
      const headers = { origin, "access-control-request-method": "GET" };
      const answer = await owner.browser.request(path, { method, headers });
      expect(answer.headers.has("access-control-allow-origin"), `${method} ${path}`).toBe(false);
    }
  }
  const ask = (from: string) =>
    fetch(`${base}/api/auth/mcp/token`, { method: "POST", headers: { origin: from }, body: "grant_type=x" });
  expect((await ask(origin)).headers.get("access-control-allow-origin")).toBe(origin);
  const stranger = await ask("https://evil.example");
  expect(stranger.headers.has("access-control-allow-origin")).toBe(false);
  for (const path of ["/.well-known/oauth-authorization-server", "/api/auth/mcp/jwks"]) {
    const answer = await fetch(`${base}${path}`, { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  }
});

test("[bcp/page-headers] pages of the flow cannot be framed, leak no address and load nothing from elsewhere", async () => {
  const { requestId, response } = await authorize(owner.browser, web, {
    redirect_uri: "https://evil.example/",
  });
  expect(requestId).toBeNull();
  const sound = await authorize(owner.browser, web);
  for (const [name, answer] of [
    ["error page", response],
    ["consent page", await owner.browser.request(`/connect/${sound.requestId}`)],
    ["sign-in page", await new Browser(base).request("/sign-in")],
  ] as const) {
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy, name).toContain("frame-ancestors 'none'");
    expect(policy, name).not.toContain("unsafe-inline");
    expect(policy, name).toMatch(/default-src '(self|none)'/);
    expect(answer.headers.get("x-frame-options"), name).toBe("DENY");
    expect(answer.headers.get("referrer-policy"), name).toBe("no-referrer");
    expect(answer.headers.get("x-content-type-options"), name).toBe("nosniff");
    expect(await answer.text(), name).not.toMatch(/(src|href)="(https?:)?\/\/(?!localhost|127\.0\.0\.1)/);
  }
});

async function selfRegistered(): Promise<App> {
  const answer = await world.register({ redirect_uris: [REDIRECT], client_name: "Wanderer" });
  const { client_id } = (await answer.json()) as { client_id: string };
  return { clientId: client_id, secret: null, redirectUri: REDIRECT };
}
