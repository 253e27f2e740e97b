import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyApp } from "../../src/apps/change-app.ts";
import { sweepExpiredApps } from "../../src/apps/end-app.ts";
import { ENGINES } from "../support/databases.ts";
import {
  approve,
  authorize,
  Browser,
  connect,
  exchange,
  follow,
  mint,
  post,
  readRequest,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { CALLBACK, type Documents, startDocuments } from "./documents.ts";
import { publicApp, type Scene, startScene } from "./scene.ts";

const HOUR_MS = 3_600_000;

describe.each(ENGINES)("an app with a metadata document on $engine", ({ open }) => {
  let scene: Scene;
  let documents: Documents;
  beforeAll(async () => {
    documents = await startDocuments();
    scene = await startScene(open, { ALLOW_PRIVATE_TARGETS: "1" });
  });
  afterAll(async () => {
    await scene.close();
    await documents.close();
  });
  // Each test has minutes of its own: fetches are counted.
  beforeEach(() => scene.ctx.clock.advance(61_000));

  const page = async (clientId: string, redirectUri = CALLBACK) => {
    const { response } = await authorize(scene.owner.browser, publicApp(clientId, redirectUri));
    return [response.status, await response.text()];
  };
  const begin = (clientId: string, fields = {}) =>
    authorize(scene.owner.browser, publicApp(clientId, CALLBACK), fields);
  const appRow = (id: string) =>
    scene.ctx.db.read.selectFrom("apps").selectAll().where("id", "=", id).executeTakeFirst();

  test("[cimd/whole-flow] connects, refreshes and revokes under its address, without a registration", async () => {
    const id = documents.publish("/oauth/a1/client.json", { client_uri: "https://agent.example/" });
    const app = publicApp(id, CALLBACK);
    const begun = await begin(id);
    const request = await readRequest(scene.owner.browser, begun.requestId!);
    expect(request.client).toMatchObject({
      client_id: id,
      name: "Agent",
      document_host: new URL(id).host,
      homepage: "https://agent.example/",
      publisher: null,
      verified: false,
      icon_url: null,
      redirect_host: "agent.example",
      loopback: false,
      changed: false,
    });
    const issued = await scene.issue(app);
    expect(decodeJwt(issued.access_token)).toMatchObject({ client_id: id, aud: scene.ctx.config.MCP_URL });
    const next = await tokens(refresh(scene.base, app, issued.refresh_token));
    expect((await post(scene.base, "revoke", app, { token: next.refresh_token })).status).toBe(200);
    expect(await refusal(refresh(scene.base, app, next.refresh_token))).toEqual([400, "invalid_grant"]);
  });

  test("[cimd/advertised] the server's metadata says that documents are taken", async () => {
    const metadata = await fetch(`${scene.base}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ client_id_metadata_document_supported: true });
  });

  test("[cimd/cached] a document is fetched once while it is fresh, again afterwards, and an error each time", async () => {
    const fetched = (path: string) => documents.asked.filter((url) => url === path).length;
    const id = documents.publish("/fresh.json", {}, { "cache-control": "public, max-age=3600" });
    for (let i = 0; i < 5; i++) expect((await begin(id)).requestId).not.toBeNull();
    expect(fetched("/fresh.json")).toBe(1);
    scene.ctx.clock.advance(HOUR_MS - 1000);
    await begin(id);
    expect(fetched("/fresh.json")).toBe(1);
    scene.ctx.clock.advance(2000);
    await begin(id);
    expect(fetched("/fresh.json")).toBe(2);

    const broken = `${documents.base}/late.json`;
    expect((await page(broken))[0]).toBe(400);
    documents.publish("/late.json");
    expect((await begin(broken)).requestId).not.toBeNull();
  });

  test.each([
    ["no-store", "no-store", 60_000],
    ["a second", "max-age=1", 60_000],
    ["a year", "max-age=31536000", 24 * HOUR_MS],
    ["nothing", "", 600_000],
    ["what a cache before us used up", "max-age=900", 300_000, "600"],
  ])(
    "[cimd/cache-bounds] a document that says %s is kept within our bounds",
    async (name, control, keptMs, age = "") => {
      const path = `/bounds/${encodeURIComponent(name)}.json`;
      const id = documents.publish(path, {}, { "cache-control": control, ...(age && { age }) });
      const fetched = () => documents.asked.filter((url) => url === path).length;
      await begin(id);
      scene.ctx.clock.advance(keptMs - 1000);
      await begin(id);
      expect(fetched()).toBe(1);
      scene.ctx.clock.advance(1000);
      await begin(id);
      expect(fetched()).toBe(2);
    },
  );

  test("[cimd/at-once] fifteen first authorizations of one document make one app and one fetch", async () => {
    const id = documents.publish("/at-once.json");
    const begun = await Promise.all(Array.from({ length: 15 }, () => begin(id)));
    expect(begun.every(({ requestId }) => requestId !== null)).toBe(true);
    expect(documents.asked.filter((url) => url === "/at-once.json")).toHaveLength(1);
    const rows = await scene.ctx.db.read
      .selectFrom("appRedirectUris")
      .select("uri")
      .where("appId", "=", id)
      .execute();
    expect(rows).toEqual([{ uri: CALLBACK }]);
  });

  test.each([
    ["another's address", { client_id: "https://other.example/client.json" }],
    ["no client_id", { client_id: undefined }],
    ["a secret", { client_secret: "s" }],
    ["the end of a secret", { client_secret_expires_at: 0 }],
    ["client_secret_post", { token_endpoint_auth_method: "client_secret_post" }],
    ["client_secret_basic", { token_endpoint_auth_method: "client_secret_basic" }],
    ["client_secret_jwt", { token_endpoint_auth_method: "client_secret_jwt" }],
    ["private_key_jwt, which is not here", { token_endpoint_auth_method: "private_key_jwt" }],
    ["no redirect URI", { redirect_uris: [] }],
    ["a redirect URI of a browser", { redirect_uris: ["javascript:alert(1)"] }],
    ["a redirect URI over http", { redirect_uris: ["http://agent.example/cb"] }],
    ["one bad redirect URI beside a good one", { redirect_uris: [CALLBACK, "data:text/html,x"] }],
  ])("[cimd/refused-content] a document with %s is refused, on a page", async (name, fields) => {
    const id = documents.publish(`/bad/${encodeURIComponent(name)}.json`, fields);
    const [status, text] = await page(id);
    expect(status).toBe(400);
    expect(text).toContain("cannot be used");
    expect(await appRow(id)).toBeUndefined();
  });

  test("[cimd/refused-answers] redirects, other types and statuses, oversize, slow and unfinished answers are refused", async () => {
    const good = documents.publish("/good.json");
    const json = { "content-type": "application/json" };
    const document = (path: string) =>
      JSON.stringify({ client_id: documents.base + path, redirect_uris: [CALLBACK], padding: "" });
    const ids = [
      documents.answer("/redirect.json", (_, r) => r.writeHead(302, { location: good }).end()),
      documents.answer("/permanent.json", (_, r) => r.writeHead(308, { location: good }).end()),
      documents.answer("/gone.json", (_, r) => r.writeHead(410, json).end(document("/gone.json"))),
      documents.answer("/created.json", (_, r) => r.writeHead(201, json).end(document("/created.json"))),
      documents.answer("/html.json", (_, r) =>
        r.writeHead(200, { "content-type": "text/html" }).end(document("/html.json")),
      ),
      documents.answer("/untyped.json", (_, r) => r.writeHead(200).end(document("/untyped.json"))),
      documents.answer("/list.json", (_, r) => r.writeHead(200, json).end(`[${document("/list.json")}]`)),
      documents.answer("/null.json", (_, r) => r.writeHead(200, json).end("null")),
      documents.answer("/cut.json", (_, r) => r.writeHead(200, json).end(document("/cut.json").slice(0, -1))),
      documents.answer("/bytes.json", (_, r) => r.writeHead(200, json).end(Buffer.from([0x22, 0xff, 0x22]))),
      documents.answer("/large.json", (_, r) =>
        r
          .writeHead(200, json)
          .end(document("/large.json").replace('"padding":""', `"padding":"${"x".repeat(5200)}"`)),
      ),
      documents.answer("/endless.json", (_, r) => {
        r.writeHead(200, json);
        const timer = setInterval(() => r.write("x".repeat(1000)), 5);
        r.on("close", () => clearInterval(timer));
      }),
      documents.answer("/broken.json", (_, r) => {
        r.writeHead(200, { ...json, "content-length": "1000" }).write("{");
        setTimeout(() => r.destroy(), 20);
      }),
    ];
    for (const id of ids) {
      const [status, text] = await page(id);
      expect([id, status]).toEqual([id, 400]);
      expect(text).toMatch(/could not be fetched|cannot be used/);
      expect(await appRow(id)).toBeUndefined();
      scene.ctx.clock.advance(10_000);
    }
    const slow = documents.answer("/slow.json", (_, r) => {
      // A byte now and then keeps the connection busy, not the deadline away.
      r.writeHead(200, json);
      const timer = setInterval(() => r.write(" "), 200);
      r.on("close", () => clearInterval(timer));
    });
    const began = Date.now();
    expect((await page(slow))[1]).toContain("did not answer in time");
    expect(Date.now() - began).toBeLessThan(8000);
  });

  test.each([
    ["no path", ""],
    ["the root only", "/"],
    ["a fragment", "/client.json#x"],
    ["an empty fragment", "/client.json#"],
    ["dot segments", "/x/../client.json"],
    ["escaped dot segments", "/x/%2e%2e/client.json"],
    ["a single dot", "/./client.json"],
    ["a backslash", "\\client.json"],
    ["a blank", "/client json"],
    ["other letters", "/clïent.json"],
    ["600 letters", `/${"x".repeat(600)}`],
  ])("[cimd/address-form] an address with %s is nobody's, and is not asked", async (_, rest) => {
    documents.asked.length = 0;
    for (const id of [documents.base + rest, documents.base.replace("//", "//user@") + rest]) {
      expect(await page(id)).toEqual([400, expect.stringContaining("No app with this client_id")]);
    }
    expect(documents.asked).toEqual([]);
  });

  test("[cimd/own-hosts] an address of this server describes no app", async () => {
    expect(await page(`${scene.base}/cdn/acme/site/main/en.json`)).toEqual([
      400,
      expect.stringContaining("an address of this server"),
    ]);
  });

  test("[cimd/redirect-uris] redirect URIs match by the rules of every public app", async () => {
    const uris = ["http://127.0.0.1/cb", "cursor://agent/cb", CALLBACK];
    const id = documents.publish("/uris.json", { redirect_uris: uris });
    for (const uri of ["http://127.0.0.1:59656/cb", "cursor://agent/cb", CALLBACK]) {
      const { requestId } = await authorize(scene.owner.browser, publicApp(id, uri));
      const { client } = await readRequest(scene.owner.browser, requestId!);
      expect([uri, client.loopback]).toEqual([uri, uri !== CALLBACK]);
    }
    expect((await page(id, "https://agent.example/callback2"))[0]).toBe(400);
  });

  test("[cimd/bounded] one network makes us fetch twenty times a minute, and what is fresh costs nothing", async () => {
    const known = documents.publish("/known.json", {}, { "cache-control": "max-age=86400" });
    await begin(known);
    scene.ctx.clock.advance(61_000);
    const statuses: unknown[] = [];
    for (let i = 0; i < 22; i++) statuses.push((await page(`${documents.base}/nothing-${i}.json`))[0]);
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(400));
    expect(statuses.slice(20)).toEqual([429, 429]);
    expect((await begin(known)).requestId).not.toBeNull();
  });

  test("[cimd/asks-again] a request that was opened under another document cannot be approved, nor go on", async () => {
    const id = documents.publish("/moved.json", {}, { "cache-control": "max-age=60" });
    const [pending, approved, denied] = [await begin(id), await begin(id), await begin(id)];
    const link = await approve(scene.owner.browser, approved.requestId!);
    scene.ctx.clock.advance(61_000);
    documents.publish("/moved.json", { redirect_uris: ["https://evil.example/cb"], client_name: "Agent" });
    await begin(id);
    const decide = (requestId: string, body: object) =>
      scene.owner.browser.post(`/api/auth/mcp/requests/${requestId}/decision`, body);
    const approval = {
      approve: true,
      organizations: [{ organization_id: scene.owner.organizationId, projects: "all" }],
      scopes: ["org:read"],
    };
    expect(await refusal(decide(pending.requestId!, approval))).toEqual([410, "request_expired"]);
    expect(await refusal(decide(denied.requestId!, { approve: false }))).toEqual([410, "request_expired"]);
    const gone = await scene.owner.browser.request(link);
    expect([gone.status, gone.headers.get("location")]).toEqual([410, null]);
    const view = scene.owner.browser.request(`/api/auth/mcp/requests/${pending.requestId}`);
    expect(await refusal(view)).toEqual([410, "request_expired"]);
  });

  test("[cimd/asks-anew] what was allowed to another document is not ticked for this one, and the page says so", async () => {
    const id = documents.publish("/renamed.json", {}, { "cache-control": "max-age=60" });
    const app = publicApp(id, CALLBACK);
    const scope = "org:read translations:publish";
    await scene.issue(app, { scope });
    await scene.ctx.db.write((tx) => verifyApp(tx, id, scene.ctx.clock.now()));
    const look = async () => {
      const { requestId } = await begin(id, { scope });
      const request = await readRequest(scene.owner.browser, requestId!);
      return [
        request.client.changed,
        request.client.verified,
        request.scopes.filter((entry) => entry.granted).map((entry) => entry.name),
      ];
    };
    expect(await look()).toEqual([false, true, ["org:read", "translations:publish"]]);
    scene.ctx.clock.advance(61_000);
    documents.publish("/renamed.json", { client_name: "Another agent" });
    expect(await look()).toEqual([true, false, []]);
    await scene.issue(app, { scope });
    expect(await look()).toEqual([false, false, ["org:read", "translations:publish"]]);
    const changes = await scene.ctx.db.read
      .selectFrom("auditEntries")
      .select("action")
      .where("target", "=", id)
      .where("action", "=", "client.changed")
      .execute();
    expect(changes).toHaveLength(1);
  });

  test("[cimd/not-stranded] a document that cannot be fetched strands nobody who is connected", async () => {
    const id = documents.publish("/away.json", {}, { "cache-control": "max-age=60" });
    const app = publicApp(id, CALLBACK);
    let issued = await scene.issue(app);
    const down = (status: number) => documents.answer("/away.json", (_, r) => r.writeHead(status).end());
    down(503);
    scene.ctx.clock.advance(2 * HOUR_MS);
    issued = await tokens(refresh(scene.base, app, issued.refresh_token));
    // For as long as a document may count as fresh, who was approved before can also be connected anew.
    issued = await scene.issue(app);
    down(404);
    expect(await page(id)).toEqual([400, expect.stringContaining("answered 404")]);
    down(503);
    scene.ctx.clock.advance(24 * HOUR_MS);
    expect((await page(id))[0]).toBe(400);
    await tokens(refresh(scene.base, app, issued.refresh_token));
    expect(documents.asked.filter((url) => url === "/away.json").length).toBeGreaterThan(3);
  });

  test("[cimd/unapproved-goes] an app that nobody approved goes, one that somebody approved stays", async () => {
    const [lost, kept] = [documents.publish("/lost.json"), documents.publish("/kept.json")];
    await begin(lost);
    const issued = await scene.issue(publicApp(kept, CALLBACK));
    scene.ctx.clock.advance(48 * HOUR_MS + 1000);
    await scene.ctx.db.write((tx) => sweepExpiredApps(tx, scene.ctx.clock.now(), 1000));
    expect([await appRow(lost), (await appRow(kept))?.expiresAt]).toEqual([undefined, null]);
    const unknown = post(scene.base, "token", publicApp(lost, CALLBACK), { grant_type: "refresh_token" });
    expect(await refusal(unknown)).toEqual([401, "invalid_client"]);
    await tokens(refresh(scene.base, publicApp(kept, CALLBACK), issued.refresh_token));
    expect((await begin(lost)).requestId).not.toBeNull();
  });

  test("[cimd/shared] nothing that one installation does ends another's family", async () => {
    const app = publicApp(documents.publish("/shared.json"), CALLBACK);
    const partner = `${scene.base}/api/oauth-client`;
    const other = await scene.person();
    const mine = await scene.issue(app);
    const theirs = await scene.issue(app, {}, other);
    const connected = await connect(scene.owner.browser, app, { resource: partner });
    const noisy = await tokens(exchange(scene.base, app, connected));

    // The grant is one for all installations of a person: none of them may end it for the others.
    const ended = await fetch(`${partner}/installations/${noisy.grant_id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${noisy.access_token}` },
    });
    expect([ended.status, await ended.text()]).toEqual([403, expect.stringContaining("revocation endpoint")]);
    expect((await mint(scene.base, noisy.access_token, noisy.grant_id)).status).toBe(201);
    // A replayed code, a replayed refresh token, a revocation, and failures without end.
    scene.ctx.clock.advance(11_000);
    expect((await exchange(scene.base, app, connected)).status).toBe(400);
    const again = await scene.issue(app);
    const next = await tokens(refresh(scene.base, app, again.refresh_token));
    scene.ctx.clock.advance(61 * 60_000);
    expect((await refresh(scene.base, app, again.refresh_token)).status).toBe(400);
    expect((await refresh(scene.base, app, next.refresh_token)).status).toBe(400);
    const last = await scene.issue(app);
    await post(scene.base, "revoke", app, { token: last.refresh_token });
    for (let i = 0; i < 70; i++) await refresh(scene.base, app, `rt_${i}`);
    const registration = `${scene.base}/api/auth/mcp/register/${encodeURIComponent(app.clientId)}`;
    const headers = { authorization: `Bearer ${mine.refresh_token}` };
    expect((await fetch(registration, { method: "DELETE", headers })).status).toBe(401);

    for (const issued of [mine, theirs]) {
      expect((await refresh(scene.base, app, issued.refresh_token)).status).toBe(200);
    }
  });

  test("[cimd/foreign-browser] the page of a refused document shows nothing that runs", async () => {
    const hostile = `${documents.base}/<script>alert(1)</script>.json`;
    expect(await page(hostile)).toEqual([400, expect.not.stringContaining("<script>alert")]);
    const name = '<img src=x onerror="alert(1)">';
    const id = documents.publish("/hostile.json", { client_name: name });
    const { response } = await authorize(new Browser(scene.base), publicApp(id, CALLBACK), {
      resource: "https://elsewhere.example/",
    });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.not.stringContaining("<img src=x"),
    ]);
  });

  test("[cimd/code-bound] a code of one document is none of another's", async () => {
    const [one, two] = [documents.publish("/one.json"), documents.publish("/two.json")];
    const begun = await begin(one);
    const redirect = await follow(scene.owner.browser, await approve(scene.owner.browser, begun.requestId!));
    const stolen = post(scene.base, "token", publicApp(two, CALLBACK), {
      grant_type: "authorization_code",
      code: redirect.searchParams.get("code")!,
      code_verifier: begun.verifier,
    });
    expect((await refusal(stolen))[1]).toMatch(/invalid_(grant|client)/);
  });
});
