import { DEFAULT_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { approve, authorize, Browser, connect, type Fields, follow, readRequest } from "../support/flow.ts";
import { startWorld } from "./world.ts";

/** RFC 6749 §4.1.2.1 and §5.2: what error and error_description may consist of. */
const ERROR_CHARACTERS = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

const world = await startWorld();
const { base, owner, web } = world;
afterAll(() => world.close());
// One address may begin 120 authorizations a minute: each test has its own.
beforeEach(() => world.advance(60));

describe("authorization request (RFC 6749 §3.1, §4.1.1)", () => {
  test("[authorize/get] a sound GET leads to the consent page", async () => {
    const { response, requestId } = await authorize(owner.browser, web);
    expect([302, 303]).toContain(response.status);
    expect(requestId).toMatch(/^req_/);
  });

  test("[authorize/user-first] nobody decides before having signed in", async () => {
    const stranger = new Browser(base);
    const { requestId } = await authorize(stranger, web);
    expect((await readRequest(stranger, requestId!)).status).toBe("sign_in");
    const decision = await stranger.post(`/api/auth/mcp/requests/${requestId}/decision`, {
      approve: true,
      organizations: [{ organization_id: owner.organization.id, projects: "all" }],
      scopes: ["org:read"],
    });
    expect([401, 403]).toContain(decision.status);
    const next = await stranger.request(`/api/auth/mcp/requests/${requestId}/continue`);
    expect(next.headers.get("location") ?? "").not.toContain("code=");
  });

  test("[authorize/empty-is-absent] a parameter without a value counts as absent", async () => {
    const empty = { scope: "", resource: "", prompt: "", organization: "", state: "" };
    const { requestId } = await authorize(owner.browser, web, empty);
    expect(requestId).not.toBeNull();
    const redirect = await follow(owner.browser, await approve(owner.browser, requestId!));
    expect(redirect.searchParams.has("state")).toBe(false);
    expect(await redirectedError({ response_type: "" })).toBe("invalid_request");
  });

  test("[authorize/unknown-is-ignored] unknown parameters are ignored", async () => {
    const { requestId } = await authorize(owner.browser, web, {
      display: "popup",
      "x-y[]": "1",
      max_age: "0",
    });
    expect(requestId).not.toBeNull();
  });

  test("[authorize/repeated-is-refused] a repeated parameter is refused, but for resource", async () => {
    for (const name of [
      "response_type",
      "scope",
      "state",
      "code_challenge",
      "code_challenge_method",
      "prompt",
    ]) {
      const twice = { scope: "org:read", prompt: "consent", response_type: "code" } as Record<string, string>;
      const value = twice[name] ?? "S256";
      expect(await redirectedError({ [name]: [value, value] }), name).toBe("invalid_request");
    }
    for (const [name, value] of [
      ["client_id", web.clientId],
      ["redirect_uri", web.redirectUri],
    ] as const) {
      await expectPage({ [name]: [value, value] });
    }
  });

  test("[authorize/response-type] only response_type=code is understood", async () => {
    expect(await redirectedError({ response_type: undefined })).toBe("invalid_request");
    for (const unknown of ["token", "code token", "CODE", "id_token"]) {
      expect(await redirectedError({ response_type: unknown }), unknown).toBe("unsupported_response_type");
    }
  });

  test("[authorize/unknown-client-is-shown] an unknown client_id gets a page and no redirect", async () => {
    for (const id of [undefined, "app_0000000000000000000000", "nobody", `${web.clientId}x`]) {
      await expectPage({ client_id: id });
    }
  });

  test("[authorize/default-scope] without a scope the default-on scopes are offered", async () => {
    for (const scope of [undefined, "openid profile email offline_access"]) {
      const { requestId } = await authorize(owner.browser, web, { scope });
      const { scopes } = await readRequest(owner.browser, requestId!);
      const requested = scopes.filter((each) => each.requested).map((each) => each.name);
      expect(requested).toEqual(DEFAULT_SCOPES);
    }
  });

  test("[authorize/scope-within-ceiling] an app is offered no scope above its ceiling", async () => {
    const narrow = await world.app({ scopes: ["org:read", "keys:read"] });
    const { requestId } = await authorize(owner.browser, narrow);
    const { scopes } = await readRequest(owner.browser, requestId!);
    expect(scopes.map((each) => each.name)).toEqual(["org:read", "keys:read"]);
    const wider = await authorize(owner.browser, narrow, { scope: "keys:read keys:write" });
    const offered = wider.requestId ? (await readRequest(owner.browser, wider.requestId)).scopes : [];
    expect(offered.map((each) => each.name)).not.toContain("keys:write");
  });

  test("[authorize/hostile-input] hostile values are answered with a clear 4xx or taken as plain text", async () => {
    const hostile = [
      "\r\nx-injected: 1",
      "\u0000",
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "\u202egnp.exe",
      "x".repeat(10_000),
      "javascript:alert(1)",
      "https://evil.example\\@app.example/cb",
      "\ud800",
    ];
    for (const name of [
      "state",
      "scope",
      "client_id",
      "redirect_uri",
      "response_type",
      "resource",
      "prompt",
    ]) {
      for (const value of hostile) {
        const { response } = await authorize(owner.browser, web, { [name]: value });
        const where = `${name}=${JSON.stringify(value.slice(0, 40))}`;
        expect(response.status, where).toBeLessThan(500);
        expect(response.headers.has("x-injected"), where).toBe(false);
        expect(response.headers.get("location") ?? "", where).not.toMatch(/^(javascript:|https:\/\/evil)/);
        expect(await response.text(), where).not.toMatch(/<script>alert|<img src=x/);
      }
    }
    const broken = await owner.browser.request(`/api/auth/mcp/authorize?client_id=%ff%fe&state=%zz&%`);
    expect(broken.status).toBe(400);
  });
});

describe("authorization response (RFC 6749 §4.1.2)", () => {
  test("[authorize/answer] an approval answers one code, the state and the issuer, and no token", async () => {
    const { redirect, code, state } = await connect(owner.browser, web);
    expect(redirect.href.startsWith(`${web.redirectUri}?`)).toBe(true);
    expect([...redirect.searchParams.keys()].sort()).toEqual(["code", "iss", "state"]);
    expect(code).not.toBe("");
    expect(redirect.searchParams.get("state")).toBe(state);
    expect(redirect.hash).toBe("");
  });

  test("[authorize/state-is-returned] state comes back byte for byte", async () => {
    for (const state of ["a b+c&d=e%20f", "é\"'<>\\ \u{1f600}", "x".repeat(1000), "="]) {
      const { redirect } = await connect(owner.browser, web, { state });
      expect(redirect.searchParams.get("state")).toBe(state);
    }
  });

  test("[authorize/errors] other faults reach a trusted app as a defined code in printable ASCII", async () => {
    const faults: [Fields, string][] = [
      [{ scope: "no:such-scope" }, "invalid_scope"],
      [{ scope: 'keys:read "é\\' }, "invalid_scope"],
      [{ response_type: "tökén" }, "unsupported_response_type"],
      [{ code_challenge: undefined }, "invalid_request"],
      [{ resource: "https://elsewhere.example/“x”" }, "invalid_target"],
      [{ prompt: "none" }, "consent_required"],
    ];
    for (const [fields, expected] of faults) {
      const { response, state } = await authorize(owner.browser, web, fields);
      const answer = new URL(response.headers.get("location") ?? "about:blank");
      expect(answer.href.startsWith(`${web.redirectUri}?`), JSON.stringify(fields)).toBe(true);
      expect(answer.searchParams.getAll("error")).toEqual([expected]);
      expect(expected).toMatch(ERROR_CHARACTERS);
      expect(answer.searchParams.get("error_description")).toMatch(ERROR_CHARACTERS);
      expect(answer.searchParams.getAll("state")).toEqual([state]);
      expect(answer.searchParams.has("code")).toBe(false);
    }
  });

  test("[authorize/denied] Cancel reaches the app as access_denied with the state", async () => {
    const { requestId, state } = await authorize(owner.browser, web);
    const path = `/api/auth/mcp/requests/${requestId}/decision`;
    const decision = await owner.browser.post(path, { approve: false });
    expect(decision.status).toBe(200);
    const { status, continue_url } = (await decision.json()) as { status: string; continue_url: string };
    expect(status).toBe("denied");
    const ours = continue_url.startsWith(base) || continue_url.startsWith("/");
    const redirect = ours ? await follow(owner.browser, continue_url) : new URL(continue_url);
    expect(redirect.href.startsWith(`${web.redirectUri}?`)).toBe(true);
    expect(redirect.searchParams.get("error")).toBe("access_denied");
    expect(redirect.searchParams.get("state")).toBe(state);
  });
});

describe("consent (RFC 6749 §10.2, §10.12)", () => {
  test("[consent/asked-every-time] an app that was approved before is asked about again", async () => {
    await connect(owner.browser, web);
    const { requestId } = await authorize(owner.browser, web);
    expect((await readRequest(owner.browser, requestId!)).status).toBe("consent");
  });

  test("[consent/shows-who-asks] the page is told name, publisher, redirect host, and what is not proven", async () => {
    const trusted = await authorize(owner.browser, web, { scope: "org:read keys:read" });
    const request = await readRequest(owner.browser, trusted.requestId!);
    expect(request.client).toMatchObject({ verified: false, redirect_host: new URL(web.redirectUri).host });
    expect(request.client.name).toEqual(expect.any(String));
    expect(request.scopes.filter((scope) => scope.requested).map((scope) => scope.name)).toEqual([
      "org:read",
      "keys:read",
    ]);
    const local = await authorize(owner.browser, world.native);
    expect((await readRequest(owner.browser, local.requestId!)).client).toMatchObject({ loopback: true });
  });

  test("[consent/forged-decision-refused] no other site and no other browser can decide", async () => {
    const { requestId } = await authorize(owner.browser, web);
    const path = `/api/auth/mcp/requests/${requestId}/decision`;
    const approval = {
      approve: true,
      organizations: [{ organization_id: owner.organization.id, projects: "all" }],
      scopes: ["org:read"],
    };
    const otherBrowser = await world.signIn(owner);
    const attempts = {
      "another origin": () => owner.browser.post(path, approval, { origin: "https://evil.example" }),
      "no origin": () => owner.browser.post(path, approval, { origin: "null" }),
      "a form": () =>
        owner.browser.request(path, {
          method: "POST",
          headers: { origin: base, "content-type": "text/plain" },
          body: JSON.stringify(approval),
        }),
      "another browser of the same user": () => otherBrowser.post(path, approval),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      const response = await attempt();
      expect([403, 404, 415], name).toContain(response.status);
    }
    expect((await readRequest(owner.browser, requestId!)).status).toBe("consent");
  });
});

async function redirectedError(fields: Fields): Promise<string | null> {
  const { response } = await authorize(owner.browser, web, fields);
  const location = response.headers.get("location");
  if (!location?.startsWith(web.redirectUri)) return `${response.status} ${location}`;
  return new URL(location).searchParams.get("error");
}

async function expectPage(fields: Fields): Promise<void> {
  const { response } = await authorize(owner.browser, web, fields);
  expect(response.status, JSON.stringify(fields)).toBe(400);
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.get("content-type")).toContain("text/html");
}
