import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sweepExpiredApps } from "../../src/apps/end-app.ts";
import { ENGINES } from "../support/databases.ts";
import { authorize, readRequest, refresh, refusal, tokens } from "../support/flow.ts";
import { publicApp, type Registered, type Scene, startScene } from "./scene.ts";

const REDIRECT = "https://app.example/callback";
const REGISTRATION_TOKEN = "the-token-of-the-operator";
const DAY_MS = 24 * 3_600_000;

describe.each(ENGINES)("a client registers itself on $engine", ({ open }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(open, { REGISTRATION_TOKEN });
  });
  afterAll(() => scene.close());
  beforeEach(() => scene.ctx.clock.advance(3_601_000));

  const manage = (client: Registered, method: string, token = client.registration_access_token) =>
    fetch(client.registration_client_uri, { method, headers: { authorization: `Bearer ${token}` } });
  const row = (id: string) =>
    scene.ctx.db.read.selectFrom("apps").selectAll().where("id", "=", id).executeTakeFirst();

  test("with a scheme of its own, a web address and a loopback one, and connects with each", async () => {
    const redirect_uris = [
      "cursor://anysphere.cursor-mcp/oauth/callback",
      "https://www.cursor.com/agents/mcp/oauth/callback",
      "http://localhost:8787/callback",
    ];
    const client = await scene.registered({ redirect_uris, client_name: "Cursor" });
    expect(client.redirect_uris).toEqual(redirect_uris);
    for (const uri of redirect_uris) {
      const app = publicApp(client.client_id, uri);
      const { requestId } = await authorize(scene.owner.browser, app);
      const { client: shown } = await readRequest(scene.owner.browser, requestId!);
      expect([uri, shown.loopback]).toEqual([uri, !uri.startsWith("https:")]);
      await scene.issue(app);
    }
  });

  test.each(
    "javascript data file blob about vbscript view-source filesystem ftp ws wss mailto tel sms http".split(
      " ",
    ),
  )("but not with %s, which is somebody else's", async (scheme) => {
    for (const uri of [`${scheme}://callback/`, `${scheme.toUpperCase()}://callback/`]) {
      expect(await refusal(scene.register({ redirect_uris: [REDIRECT, uri] }))).toEqual([
        400,
        "invalid_redirect_uri",
      ]);
    }
  });

  test("with web addresses beside loopback ones, and takes another port when it runs", async () => {
    const redirect_uris = [
      "https://vscode.dev/redirect",
      "https://insiders.vscode.dev/redirect",
      "http://127.0.0.1/",
      "http://127.0.0.1:33418/",
    ];
    const { client_id, application_type } = await scene.registered({ redirect_uris });
    expect(application_type).toBe("web");
    for (const uri of ["http://127.0.0.1:59656/", "http://127.0.0.1:59656", ...redirect_uris]) {
      await scene.issue(publicApp(client_id, uri));
    }
    for (const uri of ["http://127.0.0.1:59656/x", "http://127.0.0.1/?x=1", "http://localhost/"]) {
      const { response } = await authorize(scene.owner.browser, publicApp(client_id, uri));
      expect([uri, response.status]).toEqual([uri, 400]);
    }
  });

  test.each([
    ["claudeai", ALL_SCOPES.join(" ")],
    ["read write", ALL_SCOPES.join(" ")],
    ["mcp:tools keys:read claudeai org:read", "org:read keys:read"],
    ["openid offline_access", `${ALL_SCOPES.join(" ")} openid offline_access`],
    ["x".repeat(3000), ALL_SCOPES.join(" ")],
  ])("with scope=%s, and reads which it has", async (scope, kept) => {
    expect((await scene.registered({ redirect_uris: [REDIRECT], scope })).scope).toBe(kept);
  });

  test.each(["client_secret_post", "client_secret_basic", "private_key_jwt"])(
    "wanting %s without the operator's token, and is public",
    async (token_endpoint_auth_method) => {
      const client = await scene.registered({ redirect_uris: [REDIRECT], token_endpoint_auth_method });
      expect(client).toMatchObject({ token_endpoint_auth_method: "none" });
      expect(client).not.toHaveProperty("client_secret");
      await scene.issue(publicApp(client.client_id, REDIRECT));
    },
  );

  test("with empty, null and unknown members, which count as absent", async () => {
    const client = await scene.registered({
      redirect_uris: [REDIRECT],
      ...{ client_uri: "", logo_uri: null, contacts: null, tos_uri: "", jwks: null, client_name: "" },
      ...{ application_type: null, scope: null, token_endpoint_auth_method: null, grant_types: null },
      ...{ software_id: "x", vendor: { nested: [1] }, __proto__: null },
    });
    expect(client).toMatchObject({ client_name: "Unnamed app", scope: ALL_SCOPES.join(" ") });
    for (const left of ["client_uri", "logo_uri", "contacts", "tos_uri", "jwks", "vendor"]) {
      expect(client).not.toHaveProperty(left);
    }
  });

  test.each<[string, object, object]>([
    ["a name over 120 letters", { client_name: "n".repeat(300) }, { client_name: "n".repeat(120) }],
    [
      "half a character at the cut",
      { client_name: `${"n".repeat(119)}\u{1f331}` },
      { client_name: "n".repeat(119) },
    ],
    ["a line break in its name", { client_name: "My\r\nApp\u2028x\u0000" }, { client_name: "My App x" }],
    ["half a character", { client_name: "App \ud800" }, { client_name: "App \ufffd" }],
    ["a number as name", { client_name: 7 }, { client_name: "Unnamed app" }],
    ["an unusable homepage", { client_uri: "my homepage" }, { client_name: "Unnamed app" }],
    ["a type that is none", { application_type: "browser" }, { application_type: "web" }],
    ["no grant types", { grant_types: [] }, { grant_types: ["authorization_code", "refresh_token"] }],
    ["no response types", { response_types: [] }, { response_types: ["code"] }],
    ["lists that are none", { grant_types: "x", response_types: 1, scope: [] }, { response_types: ["code"] }],
  ])("with %s: cut, dropped or replaced, and said so", async (_, sent, kept) => {
    const client = await scene.registered({ redirect_uris: [REDIRECT], ...sent });
    expect(client).toMatchObject(kept);
    expect(client).not.toHaveProperty("client_uri");
  });

  test("[register/languages] with names in several languages, of which the reader sees their own", async () => {
    const client = await scene.registered({
      redirect_uris: [REDIRECT],
      client_name: "Sprout",
      "client_name#de": "Spross",
      "client_name#PT-br": "Broto",
      "client_name#zh-Hant-TW": "新芽",
      "client_name#": "empty tag",
      "client_name#not a tag": "no tag",
      "client_name#fr": "",
    });
    expect(client).toMatchObject({
      client_name: "Sprout",
      "client_name#de": "Spross",
      "client_name#pt-BR": "Broto",
    });
    expect(Object.keys(client).filter((field) => field.startsWith("client_name#"))).toHaveLength(3);
    const { requestId } = await authorize(scene.owner.browser, publicApp(client.client_id, REDIRECT));
    const nameFor = async (languages: string) => {
      const headers = { "accept-language": languages };
      const path = `/api/auth/mcp/requests/${requestId}`;
      const answer = await scene.owner.browser.request(path, { headers });
      return ((await answer.json()) as { client: { name: string } }).client.name;
    };
    for (const [languages, name] of [
      ["de", "Spross"],
      ["de-AT, en;q=0.8", "Spross"],
      ["fr, DE;q=0.5", "Spross"],
      ["fr;q=0.5, pt-BR", "Broto"],
      ["pt", "Sprout"],
      ["de;q=0, en", "Sprout"],
      ["zh-Hant-TW-x-private", "新芽"],
      ["*", "Sprout"],
      [",,;q=;;", "Sprout"],
      ["", "Sprout"],
    ] as const) {
      expect([languages, await nameFor(languages)]).toEqual([languages, name]);
    }
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [
        `client_name#x${String.fromCharCode(97 + (i % 26))}-x-n${i}`,
        "x",
      ]),
    );
    const flooded = await scene.registered({ redirect_uris: [REDIRECT], ...many });
    expect(Object.keys(flooded).filter((field) => field.startsWith("client_name#"))).toHaveLength(20);
  });

  test("[manage/read] and reads with its token what is registered (RFC 7592)", async () => {
    const client = await scene.registered({
      redirect_uris: [REDIRECT],
      client_name: "Sprout",
      "client_name#de": "Spross",
      client_uri: "https://sprout.example/",
      scope: "org:read",
    });
    expect(client.registration_client_uri).toBe(`${scene.base}/api/auth/mcp/register/${client.client_id}`);
    const answer = await manage(client, "GET");
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    // It may ask people for all scopes, whatever it named (decision 24).
    expect(await answer.json()).toEqual({ ...client, scope: ALL_SCOPES.join(" ") });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("[manage/foreign] another's token, none, a made-up one and an ended one open nothing", async () => {
    const [mine, other] = [
      await scene.registered({ redirect_uris: [REDIRECT], client_name: "Mine" }),
      await scene.registered({ redirect_uris: [REDIRECT], client_name: "Other" }),
    ];
    for (const method of ["GET", "DELETE"]) {
      for (const token of [
        other.registration_access_token,
        `${mine.registration_access_token}x`,
        "x",
        "bi_rat_",
      ]) {
        const answer = await manage(mine, method, token);
        expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
          401,
          expect.stringContaining('error="invalid_token"'),
        ]);
      }
      expect((await fetch(mine.registration_client_uri, { method })).status).toBe(401);
    }
    expect((await manage(mine, "PUT")).status).toBe(405);
    expect((await manage(mine, "DELETE")).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await manage(mine, method)).status).toBe(401);
    expect((await manage(other, "GET")).status).toBe(200);
  });

  test("[manage/delete] a client that deletes itself is gone with its grants and tokens", async () => {
    const client = await scene.registered({ redirect_uris: [REDIRECT], client_name: "Leaver" });
    const app = publicApp(client.client_id, REDIRECT);
    const issued = await scene.issue(app);
    expect((await manage(client, "DELETE")).status).toBe(204);
    expect(await refusal(refresh(scene.base, app, issued.refresh_token))).toEqual([401, "invalid_client"]);
    const grant = await scene.ctx.db.read
      .selectFrom("grants")
      .select("revokeReason")
      .where("id", "=", issued.grant_id)
      .executeTakeFirst();
    expect(grant).toEqual({ revokeReason: "app_deleted" });
    const unused = await scene.registered({ redirect_uris: [REDIRECT], client_name: "Never used" });
    expect((await manage(unused, "DELETE")).status).toBe(204);
    expect(await row(unused.client_id)).toBeUndefined();
  });

  test("[manage/hash-only] the token is stored as a hash, and a leaked one opens nothing any more", async () => {
    const client = await scene.registered({ redirect_uris: [REDIRECT], client_name: "Leaky" });
    const token = client.registration_access_token;
    expect(token).toMatch(/^bi_rat_[0-9A-Za-z]{33}$/);
    const stored = await scene.ctx.db.read.selectFrom("appRegistrations").selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(scene.log()).not.toContain(token);
    const report = await fetch(`${scene.base}/api/oauth-client/credentials/revoke`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ credentials: [token] }),
    });
    expect(report.status).toBe(202);
    expect((await manage(client, "GET")).status).toBe(401);
    await scene.issue(publicApp(client.client_id, REDIRECT));
  });

  test("for all its users from one address: the same until somebody approves it, each with a token of its own", async () => {
    const metadata = { redirect_uris: [REDIRECT], client_name: "Hosted" };
    const clients: Registered[] = [];
    for (let i = 0; i < 30; i++) clients.push(await scene.registered(metadata));
    const [first, second] = clients as [Registered, Registered];
    expect(new Set(clients.map((client) => client.client_id)).size).toBe(1);
    expect(new Set(clients.map((client) => client.registration_access_token)).size).toBe(30);
    const other = await scene.registered({ ...metadata, client_name: "Hosted too" });
    expect(other.client_id).not.toBe(first.client_id);

    // One that leaves does not take the app from the others.
    expect((await manage(first, "DELETE")).status).toBe(204);
    expect((await manage(second, "GET")).status).toBe(200);
    const app = publicApp(second.client_id, REDIRECT);
    const issued = await scene.issue(app);
    const stored = await row(second.client_id);
    expect([stored?.expiresAt, stored?.fingerprint]).toEqual([null, null]);
    const later = await scene.registered(metadata);
    expect(later.client_id).not.toBe(second.client_id);
    await Promise.all(clients.slice(1, -1).map((client) => manage(client, "DELETE")));
    const next = await tokens(refresh(scene.base, app, issued.refresh_token));
    expect((await manage(clients.at(-1) as Registered, "DELETE")).status).toBe(204);
    expect(await refusal(refresh(scene.base, app, next.refresh_token))).toEqual([401, "invalid_client"]);
  });

  test("an app with a secret is given to nobody twice", async () => {
    const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: "client_secret_basic" };
    const headers = { authorization: `Bearer ${REGISTRATION_TOKEN}` };
    const answers = await Promise.all([scene.register(metadata, headers), scene.register(metadata, headers)]);
    const [one, two] = (await Promise.all(answers.map((answer) => answer.json()))) as Registered[];
    expect(one?.client_id).not.toBe(two?.client_id);
    expect([one?.client_secret, two?.client_secret]).toEqual([
      expect.stringMatching(/^bi_cs_/),
      expect.stringMatching(/^bi_cs_/),
    ]);
    const asPublic = await scene.registered({ redirect_uris: [REDIRECT] });
    expect([one?.client_id, two?.client_id]).not.toContain(asPublic.client_id);
  });

  test("two that end the last registrations at once leave no app behind", async () => {
    const metadata = { redirect_uris: [REDIRECT], client_name: "Twins" };
    const twins = [await scene.registered(metadata), await scene.registered(metadata)];
    const ended = await Promise.all(twins.map((client) => manage(client, "DELETE")));
    expect(ended.map((answer) => answer.status)).toEqual([204, 204]);
    expect(await row((twins[0] as Registered).client_id)).toBeUndefined();
  });

  test("new ones are counted by the hour, as often as the setting says, and all of them ten times that", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++) {
      statuses.push((await scene.register({ redirect_uris: [REDIRECT], client_name: `No ${i}` })).status);
    }
    expect([statuses.filter((status) => status === 201).length, statuses[20]]).toEqual([20, 429]);
    expect((await scene.register({ redirect_uris: [REDIRECT], client_name: "No 3" })).status).toBe(201);
    const rest: number[] = [];
    for (let i = 0; i < 200; i++) {
      rest.push((await scene.register({ redirect_uris: [REDIRECT], client_name: "No 3" })).status);
    }
    expect([rest[0], rest.at(-1)]).toEqual([201, 429]);
  });

  test("one that nobody approved goes after seven days, never one with a live family", async () => {
    const [lost, kept] = [
      await scene.registered({ redirect_uris: [REDIRECT], client_name: "Lost" }),
      await scene.registered({ redirect_uris: [REDIRECT], client_name: "Kept" }),
    ];
    const app = publicApp(kept.client_id, REDIRECT);
    const issued = await scene.issue(app);
    const sweep = () => scene.ctx.db.write((tx) => sweepExpiredApps(tx, scene.ctx.clock.now(), 1000));
    scene.ctx.clock.advance(7 * DAY_MS - 60_000);
    await sweep();
    expect(await row(lost.client_id)).toBeDefined();
    // Even if a mistake of ours had left it an expiry.
    await scene.ctx.db.write((tx) =>
      tx
        .updateTable("apps")
        .set({ expiresAt: scene.ctx.clock.now() })
        .where("id", "=", kept.client_id)
        .execute(),
    );
    scene.ctx.clock.advance(61_000);
    await sweep();
    expect([await row(lost.client_id), (await row(kept.client_id))?.id]).toEqual([undefined, kept.client_id]);
    const unknown = refresh(scene.base, publicApp(lost.client_id, REDIRECT), issued.refresh_token);
    expect(await refusal(unknown)).toEqual([401, "invalid_client"]);
    const page = await authorize(scene.owner.browser, publicApp(lost.client_id, REDIRECT));
    expect([page.response.status, await page.response.text()]).toEqual([
      400,
      expect.stringContaining("remove this connection and connect again"),
    ]);
  });
});

test("REGISTRATIONS_PER_HOUR says how many", async () => {
  const scene = await startScene(ENGINES[0].open, { REGISTRATIONS_PER_HOUR: "2" });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) {
    statuses.push((await scene.register({ redirect_uris: [REDIRECT], client_name: `No ${i}` })).status);
  }
  expect(statuses).toEqual([201, 201, 429]);
  await scene.close();
});
