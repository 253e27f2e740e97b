import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/apps/create-app.ts";
import { ENGINES } from "../support/databases.ts";
import {
  type App,
  approve,
  authorize,
  exchange,
  follow,
  readRequest,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { publicApp, type Scene, startScene } from "./scene.ts";

const REDIRECT = "https://app.example/callback";

describe.each(ENGINES)("a client that registered itself on $engine", ({ open }) => {
  let scene: Scene;
  let agent: App;
  /** One that a person here answers for. */
  let owned: App;
  beforeAll(async () => {
    scene = await startScene(open);
    const client = await scene.registered({ redirect_uris: [REDIRECT], client_name: "Agent" });
    agent = publicApp(client.client_id, REDIRECT);
    const { appId } = await scene.ctx.db.write((tx) =>
      createApp(
        tx,
        {
          ...{ name: "Owned", type: "spa", origin: "dashboard", organizationId: scene.owner.organizationId },
          ...{ homepage: null, redirectUris: [REDIRECT], scopes: ["org:read", "keys:read"], createdBy: null },
        },
        scene.ctx.clock.now(),
      ),
    );
    owned = publicApp(appId, REDIRECT);
  });
  afterAll(() => scene.close());
  beforeEach(() => scene.ctx.clock.advance(61_000));

  const requested = async (app: App, scope: string) => {
    const { requestId } = await authorize(scene.owner.browser, app, { scope });
    if (!requestId) return null;
    const { scopes } = await readRequest(scene.owner.browser, requestId);
    return scopes.filter((entry) => entry.requested).map((entry) => entry.name);
  };

  test.each([
    ["claudeai", null],
    ["mcp:tools", null],
    ["read write", null],
    ["claudeai keys:read org:read", ["org:read", "keys:read"]],
  ])("asks for scope=%s, and is offered what is ours of it, else the default", async (scope, offered) => {
    const defaults = await requested(agent, "");
    expect(defaults).toContain("keys:read");
    expect(await requested(agent, scope)).toEqual(offered ?? defaults);
    const issued = await scene.issue(agent, { scope });
    expect(issued.scope).toBe((offered ?? defaults ?? []).join(" "));
    // And when it sends the same with each refresh.
    expect((await tokens(refresh(scene.base, agent, issued.refresh_token, { scope }))).scope).toBe(
      issued.scope,
    );
    expect(await requested(owned, scope)).toBeNull();
    const { response } = await authorize(scene.owner.browser, owned, { scope });
    expect(response.headers.get("location")).toContain("error=invalid_scope");
  });

  test("without a resource it gets MCP as audience, and an app of an owner the partner API", async () => {
    const { MCP_URL, API_URL } = scene.ctx.config;
    expect(decodeJwt((await scene.issue(agent)).access_token).aud).toBe(MCP_URL);
    expect(decodeJwt((await scene.issue(owned)).access_token).aud).toBe(`${API_URL}/api/oauth-client`);
    const partner = await scene.issue(agent, { resource: `${API_URL}/api/oauth-client/` });
    expect(decodeJwt(partner.access_token).aud).toBe(`${API_URL}/api/oauth-client`);
  });

  test("a refresh with the scope first granted, after the user switched one off, gets what is left", async () => {
    const scope = "org:read keys:read keys:write";
    const issued = await scene.issue(agent, { scope });
    expect(issued.scope).toBe(scope);
    const again = await authorize(scene.owner.browser, agent, { scope });
    await follow(
      scene.owner.browser,
      await approve(scene.owner.browser, again.requestId!, { scopes: ["org:read", "keys:read"] }),
    );
    const left = await tokens(refresh(scene.base, agent, issued.refresh_token, { scope }));
    expect([left.scope, left.grants[0]?.scopes]).toEqual(["org:read keys:read", ["org:read", "keys:read"]]);
    expect(decodeJwt(left.access_token).scope).toBe("org:read keys:read");
    for (const wrong of ["keys:write", `${scope} glossary:write`, "translations:publish"]) {
      const refused = refresh(scene.base, agent, left.refresh_token, { scope: wrong });
      expect([wrong, await refusal(refused)]).toEqual([wrong, [400, "invalid_scope"]]);
    }
    // None of that used the token up.
    await tokens(refresh(scene.base, agent, left.refresh_token));
  });

  test("opens the way back twice, or asks for its head: the first code is good, and ends the others", async () => {
    const begun = await authorize(scene.owner.browser, agent);
    const link = await approve(scene.owner.browser, begun.requestId!);
    const head = await scene.owner.browser.request(link, { method: "HEAD" });
    expect([head.status, head.headers.get("location")]).toEqual([200, null]);
    const codes: string[] = [];
    for (let i = 0; i < 3; i++) {
      codes.push((await follow(scene.owner.browser, link)).searchParams.get("code") ?? "");
    }
    expect(new Set(codes).size).toBe(3);
    await scene.owner.browser.request(link, { method: "HEAD" });
    const [first, ...others] = codes as [string, ...string[]];
    const issued = await tokens(
      exchange(scene.base, agent, { ...begun, code: first, redirect: new URL(REDIRECT) }),
    );
    scene.ctx.clock.advance(11_000);
    for (const code of others) {
      const late = exchange(scene.base, agent, { ...begun, code, redirect: new URL(REDIRECT) });
      expect(await refusal(late)).toEqual([400, "invalid_grant"]);
    }
    // They were never redeemed, so they are no replay.
    await tokens(refresh(scene.base, agent, issued.refresh_token));
    const gone = await scene.owner.browser.request(link);
    expect([gone.status, gone.headers.get("location")]).toEqual([410, null]);
  });

  test("redeems two codes of one decision at once: exactly one is good", async () => {
    const begun = await authorize(scene.owner.browser, agent);
    const link = await approve(scene.owner.browser, begun.requestId!);
    const codes = await Promise.all(
      Array.from(
        { length: 6 },
        async () => (await follow(scene.owner.browser, link)).searchParams.get("code")!,
      ),
    );
    const answers = await Promise.all(
      codes.map((code) => exchange(scene.base, agent, { ...begun, code, redirect: new URL(REDIRECT) })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
  });

  test("gets state and description back with %20 for a blank, in a code and in a refusal", async () => {
    const state = "a b+c%20d";
    const encoded = "state=a%20b%2Bc%2520d";
    const begun = await authorize(scene.owner.browser, agent, { state });
    const redirect = await follow(scene.owner.browser, await approve(scene.owner.browser, begun.requestId!));
    expect(redirect.search).toContain(encoded);
    const { response } = await authorize(scene.owner.browser, owned, { state, scope: "no:such" });
    const location = response.headers.get("location") ?? "";
    expect(location).toContain(encoded);
    expect(location).toContain("error_description=There%20is%20no%20scope%20no%3Asuch.");
    expect(location).not.toContain("+");
    const denied = await authorize(scene.owner.browser, agent, { state });
    const decision = `/api/auth/mcp/requests/${denied.requestId}/decision`;
    const answer = await scene.owner.browser.post(decision, { approve: false });
    const { continue_url } = (await answer.json()) as { continue_url: string };
    expect(continue_url).toContain(encoded);
    expect(continue_url).not.toContain("+");
  });
});

describe("a client that looks where earlier ones looked", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(ENGINES[0].open);
  });
  afterAll(() => scene.close());
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${scene.base}${path}`, { headers: { origin: "https://page.example", ...headers } });

  test("[agents/discovery] finds the metadata of the server below the paths of our resources, and of the resources", async () => {
    const metadata = await (await get("/.well-known/oauth-authorization-server")).json();
    expect(metadata).toMatchObject({ issuer: scene.base, code_challenge_methods_supported: ["S256"] });
    for (const path of ["/mcp", "/api/auth/mcp", "/api/oauth-client"]) {
      const answer = await get(`/.well-known/oauth-authorization-server${path}`);
      expect([path, answer.status, await answer.json()]).toEqual([path, 200, metadata]);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    }
    const resource = await get("/.well-known/oauth-protected-resource/mcp");
    expect(await resource.json()).toMatchObject({
      resource: scene.ctx.config.MCP_URL,
      authorization_servers: [scene.base],
    });
  });

  test.each([
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/mcp",
    "/.well-known/oauth-authorization-server/elsewhere",
    "/.well-known/oauth-protected-resource/elsewhere",
  ])("is told that there is no %s, as JSON and to every page", async (path) => {
    const answer = await get(path, { accept: "application/json" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      404,
      expect.stringContaining("application/json"),
    ]);
    expect(await answer.json()).toMatchObject({ error: "not_found" });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const preflight = await fetch(`${scene.base}${path}`, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  });

  test("every endpoint that is advertised exists, and every one that exists is advertised", async () => {
    const answer = await get("/.well-known/oauth-authorization-server");
    const metadata = (await answer.json()) as Record<string, unknown>;
    const advertised = Object.entries(metadata).filter(([name]) => /_endpoint$|jwks_uri/.test(name));
    expect(advertised.map(([, url]) => String(url).split("/").at(-1)).sort()).toEqual(
      [
        ...["authorize", "device_authorization", "introspect", "jwks"],
        ...["register", "revoke", "token", "userinfo"],
      ].sort(),
    );
    for (const [name, url] of advertised) {
      expect([name, (await fetch(String(url), { redirect: "manual" })).status]).not.toEqual([name, 404]);
    }
  });

  test.each(["/api/auth/mcp/userinfo", "/api/auth/mcp/register", "/api/oauth-client/me"])(
    "may ask %s from a page of every origin, with the headers that clients add",
    async (path) => {
      const preflight = await fetch(`${scene.base}${path}`, {
        method: "OPTIONS",
        headers: {
          origin: "https://page.example",
          "access-control-request-method": "GET",
          "access-control-request-headers": "if-none-match,mcp-protocol-version,traceparent",
        },
      });
      const allowed = preflight.headers.get("access-control-allow-headers")?.toLowerCase().split(/,\s*/);
      expect(preflight.status).toBe(204);
      expect(allowed).toEqual(
        expect.arrayContaining([
          ...["if-none-match", "mcp-protocol-version", "traceparent", "authorization", "content-type"],
        ]),
      );
      const refused = await get(path);
      expect(refused.headers.get("access-control-allow-origin")).toBe("*");
      expect(refused.headers.get("access-control-expose-headers")).toMatch(/WWW-Authenticate/i);
    },
  );
});
