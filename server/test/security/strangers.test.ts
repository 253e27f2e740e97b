import { randomUUID } from "node:crypto";
import { StatementSync } from "node:sqlite";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { cookieNames } from "../../src/platform/cookie-names.ts";
import { newCredential } from "../../src/platform/credential.ts";
import { newId } from "../../src/platform/crypto.ts";
import { Strangers } from "../../src/platform/strangers.ts";
import { type Scene, startScene } from "../refusals/scene.ts";
import { ENGINES } from "../support/databases.ts";
import { type App, basic, connect, type Fields, form, tokens } from "../support/flow.ts";

const MOST_FAILURES = 300;
const NETWORK = "192.0.2.7";
const ELSEWHERE = "198.51.100.7";

/** Made-up credentials without end, from a network in which honest people sit too. */
describe.each(ENGINES)("strangers on $engine", { timeout: 60_000 }, ({ open }) => {
  let scene: Scene;
  let spa: App;
  /** What a stranger sends: each time something else. */
  let madeUp: Record<string, () => Promise<Response>>;

  beforeAll(async () => {
    scene = await startScene({ open, environment: { TRUSTED_PROXIES: "127.0.0.0/8, ::1" } });
    const { owner } = scene.people;
    spa = await scene.addApp(owner, scene.organization, {
      type: "spa",
      redirectUris: ["https://spa.example/cb"],
    });
    const [header = "", payload = ""] = (await letIn()).access_token.split(".");
    const forged = () => `${header}.${payload}.${newId("x").slice(2).repeat(4).slice(0, 86)}`;
    const strange = () => ({ client_id: newId("app"), code: newCredential("authorization_code") });
    madeUp = {
      "installation tokens": () => read(newCredential("installation_token")),
      "access tokens under a real key": () => read(forged(), NETWORK, "/me"),
      "access tokens at userinfo": () => ask("/api/auth/mcp/userinfo", bearer(forged())),
      apps: () =>
        post("token", { grant_type: "refresh_token", refresh_token: "rt_x", client_id: newId("app") }),
      "apps with codes": () => post("token", { grant_type: "authorization_code", ...strange() }),
      "codes of a real app": () =>
        post("token", { grant_type: "authorization_code", ...strange(), client_id: spa.clientId }),
      secrets: () =>
        post("introspect", { token: "x" }, NETWORK, basic(scene.app, newCredential("client_secret"))),
      "tokens to revoke": () =>
        post("revoke", { client_id: spa.clientId, token: newCredential("refresh_token") }),
      origins: () =>
        post("revoke", { token: "x" }, NETWORK, { origin: `https://${newId("o").toLowerCase()}.example` }),
    };
  });
  beforeEach(() => {
    vi.restoreAllMocks();
    Object.assign(scene.server.ctx, { strangers: new Strangers() });
    scene.server.ctx.clock.advance(60_000);
  });
  afterAll(() => scene.server.close());

  const kinds = [
    ...["installation tokens", "access tokens under a real key", "access tokens at userinfo"],
    ...["apps", "apps with codes", "codes of a real app", "secrets", "tokens to revoke", "origins"],
  ];

  test.each(kinds)("with made-up %s are kept out, and then cost no statement", async (kind) => {
    const send = madeUp[kind] as () => Promise<Response>;
    const write = vi.spyOn(scene.server.ctx.db, "write");
    const statements = countStatements();
    for (let left = MOST_FAILURES; left > 0; left--) await send();
    expect(write).not.toHaveBeenCalled();
    const before = statements();
    for (let more = 5; more > 0; more--) {
      const response = await send();
      expect(response.status).toBe(429);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ error: "rate_limited" });
    }
    expect(statements()).toBe(before);
    expect((await read(newCredential("installation_token"), ELSEWHERE)).status).toBe(401);
    scene.server.ctx.clock.advance(60_000);
    expect((await send()).status).not.toBe(429);
    // A forged signature costs its check, the others a look-up.
    if (!kind.startsWith("access tokens")) expect(before).toBeGreaterThanOrEqual(MOST_FAILURES / 2);
  });

  test("do not keep out who sits in their network and holds what was good before, or was just issued", async () => {
    const issued = await letIn();
    const token = await scene.mint(issued);
    const { code, verifier } = await connect(scene.people.owner.browser, spa);
    await flood();
    expect((await read(token)).status).toBe(200);
    expect((await read(issued.access_token, NETWORK, "/me")).status).toBe(200);
    const fields = {
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      client_id: spa.clientId,
    };
    const exchanged = await tokens(post("token", fields));
    expect((await read(await scene.mint(exchanged))).status).toBe(200);
  });

  test("do not keep out a valid refresh, whether it was seen before or not", async () => {
    const [web, native] = [await letIn(), await letIn(spa)];
    // As another node, or this one after a new start.
    Object.assign(scene.server.ctx, { strangers: new Strangers() });
    await flood();
    const refreshed = { grant_type: "refresh_token", client_id: spa.clientId };
    const next = await tokens(post("token", { ...refreshed, refresh_token: native.refresh_token }));
    // Late ones too.
    const origin = new URL(spa.redirectUri).origin;
    const fromPage = await post("token", { ...refreshed, refresh_token: native.refresh_token }, NETWORK, {
      origin,
    });
    expect(fromPage.headers.get("access-control-allow-origin")).toBe(origin);
    expect((await tokens(fromPage)).refresh_token).toBe(next.refresh_token);
    const ofWeb = { grant_type: "refresh_token", refresh_token: web.refresh_token };
    await tokens(post("token", ofWeb, NETWORK, basic(scene.app)));
    // A live token of one app is no pass for another one, real or made up.
    for (const client_id of [newId("app"), scene.app.clientId]) {
      const borrowed = { ...refreshed, client_id, refresh_token: next.refresh_token };
      expect((await post("token", borrowed)).status).toBe(429);
    }
    const unknown = { ...refreshed, refresh_token: newCredential("refresh_token") };
    expect((await post("token", unknown)).status).toBe(429);
  });

  test("do not change what a dead token that was good is answered", async () => {
    const issued = await letIn();
    const token = await scene.mint(issued);
    expect((await read(token)).status).toBe(200);
    await flood();
    await post("revoke", { token }, ELSEWHERE, basic(scene.app));
    expect((await read(token)).status).toBe(401);
  });

  test("may use what was good without end no more than what never was", async () => {
    const issued = await letIn();
    const token = await scene.mint(issued);
    await post("revoke", { token }, ELSEWHERE, basic(scene.app));
    for (let left = MOST_FAILURES; left > 0; left--) await read(token);
    expect((await read(token)).status).toBe(429);
    // By itself: its network did nothing.
    expect((await read(newCredential("installation_token"))).status).toBe(401);
  });

  test("cannot lock an app out by codes that they make it present", async () => {
    const { code, verifier } = await connect(scene.people.owner.browser, scene.app);
    await letIn();
    const fields = { grant_type: "authorization_code", code_verifier: verifier };
    const present = (each: string) => post("token", { ...fields, code: each }, NETWORK, basic(scene.app));
    for (let left = MOST_FAILURES; left > 0; left--) await present(newCredential("authorization_code"));
    expect((await present(newCredential("authorization_code"))).status).toBe(429);
    expect((await present(code)).status).toBe(200);
  });

  const nothingGood: [string, Record<string, string>][] = [
    ["nothing", {}],
    ["no token of ours", bearer("x")],
    ["a token in another way", { authorization: newCredential("installation_token") }],
    ["a cookie of somebody else", { cookie: "session=x" }],
  ];
  test.each(nothingGood)("who present %s look for no project", async (_, headers) => {
    const statements = countStatements();
    for (let left = 5; left > 0; left--) expect((await look(headers)).status).toBe(401);
    expect(statements()).toBe(0);
  });

  test("who present a made-up session look for projects no more than others", async () => {
    const statements = countStatements();
    const headers = { cookie: `${cookieNames(scene.server.ctx.config).session}=x` };
    for (let left = MOST_FAILURES; left > 0; left--) await look(headers);
    expect(statements()).toBe(MOST_FAILURES);
    for (let left = 5; left > 0; left--) expect((await look(headers)).status).toBe(401);
    expect(statements()).toBe(MOST_FAILURES);
  });

  function look(headers: Record<string, string>): Promise<Response> {
    return ask(`/api/oauth-client/v1/projects/${randomUUID()}`, headers);
  }

  function letIn(app = scene.app) {
    return scene.letIn(scene.people.owner, app, { organizations: [scene.organization] });
  }

  async function flood(): Promise<void> {
    for (let left = MOST_FAILURES; left > 0; left--) await read(newCredential("installation_token"));
    expect((await read(newCredential("installation_token"))).status).toBe(429);
  }

  function read(token: string, from = NETWORK, path = "/organizations"): Promise<Response> {
    return ask(`/api/oauth-client${path}`, bearer(token), from);
  }

  function ask(path: string, headers: Record<string, string>, from = NETWORK): Promise<Response> {
    return fetch(scene.base + path, { headers: { ...headers, "x-forwarded-for": from } });
  }

  function post(
    endpoint: "token" | "revoke" | "introspect",
    fields: Fields,
    from = NETWORK,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${scene.base}/api/auth/mcp/${endpoint}`, {
      method: "POST",
      headers: { ...headers, "x-forwarded-for": from },
      body: form(fields),
    });
  }

  function bearer(token: string): Record<string, string> {
    return { authorization: `Bearer ${token}` };
  }

  /** How many statements the database was sent since. */
  function countStatements(): () => number {
    const executor = Object.getPrototypeOf(Object.getPrototypeOf(scene.server.ctx.db.read.getExecutor()));
    const spies = [
      vi.spyOn(executor, "executeQuery"),
      vi.spyOn(StatementSync.prototype, "all"),
      vi.spyOn(StatementSync.prototype, "run"),
      vi.spyOn(pg.Client.prototype, "query"),
    ];
    return () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  }
});
