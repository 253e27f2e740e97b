import { request } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { basic, mint, post } from "../support/flow.ts";
import { type Scene, startScene } from "./scene.ts";
import { send } from "./send.ts";

/** Sizes, forms, rates and retries. */
const scene = await startScene();
const { base, organization, people, server } = scene;
const issued = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
const token = await scene.mint(issued);
const bearer = { authorization: `Bearer ${token}` };
const json = { "content-type": "application/json" };
const projects = `${base}/api/oauth-client/v1/projects`;
afterAll(() => server.close());

describe("a body", () => {
  const tooMuch = JSON.stringify({ name: "n".repeat(1024 * 1024), slug: "shop", sourceLanguage: "en" });

  test("that is too large is refused with 413, whatever Content-Length says", async () => {
    const declared = await fetch(projects, {
      method: "POST",
      headers: { ...bearer, ...json },
      body: tooMuch,
    });
    expect(await refusal(declared)).toEqual([413, "payload_too_large"]);
    expect(await chunked(projects, { ...bearer, ...json }, tooMuch)).toBe(413);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await chunked(`${base}/api/auth/mcp/token`, form, `code=${"x".repeat(64 * 1024)}`)).toBe(413);
  });

  test.each([
    ["not JSON by its type", { "content-type": "text/plain" }, "{}", 415, "unsupported_media_type"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "a=1", 415, "unsupported_media_type"],
    ["JSON cut off", json, '{"name":', 400, "invalid_request"],
    ["JSON nested without end", json, "[".repeat(100_000), 400, "invalid_request"],
    ["a list", json, "[]", 400, "invalid_request"],
    ["a text", json, '"name"', 400, "invalid_request"],
    ["null", json, "null", 400, "invalid_request"],
    ["nothing", json, "", 400, "invalid_request"],
  ])("that is %s is refused", async (_, headers, body, status, error) => {
    const response = await fetch(projects, { method: "POST", headers: { ...bearer, ...headers }, body });
    expect(await refusal(response)).toEqual([status, error]);
  });

  test.each([
    ["a field with a long name", { ["x".repeat(500_000)]: 1 }],
    ["many fields", Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`x${index}`, 1]))],
  ])("is not sent back when it has %s", async (_, fields) => {
    const body = JSON.stringify(fields);
    const response = await fetch(projects, { method: "POST", headers: { ...bearer, ...json }, body });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(5000);
  });

  test("is not read before the caller is known", async () => {
    const response = await fetch(projects, { method: "POST", headers: json, body: tooMuch });
    expect(response.status).toBe(401);
  });

  test.each(["token", "revoke", "introspect"] as const)("to %s must be a form", async (endpoint) => {
    const headers = { ...basic(scene.app), ...json };
    const response = await fetch(`${base}/api/auth/mcp/${endpoint}`, { method: "POST", headers, body: "{}" });
    expect(await refusal(response)).toEqual([400, "invalid_request"]);
  });
});

describe("a token", () => {
  const address = `${base}/api/oauth-client/organizations`;

  test.each(["Bearer", "bearer", "BEARER", "bEaReR"])("is taken after %s", async (scheme) => {
    expect((await fetch(address, { headers: { authorization: `${scheme} ${token}` } })).status).toBe(200);
  });

  test("is taken from x-api-key", async () => {
    expect((await fetch(address, { headers: { "x-api-key": token } })).status).toBe(200);
  });

  test("in both places is refused, even twice the same", async () => {
    const response = await fetch(address, { headers: { ...bearer, "x-api-key": token } });
    expect(await refusal(response)).toEqual([400, "invalid_request"]);
  });

  test("in the query counts for nothing", async () => {
    expect((await fetch(`${address}?access_token=${token}`)).status).toBe(401);
    expect((await fetch(`${address}?api_key=${token}`)).status).toBe(401);
  });

  test("comes before the session of the same browser", async () => {
    const { browser } = people.owner;
    const response = await browser.request("/api/oauth-client/organizations", {
      headers: { authorization: "Bearer wrong" },
    });
    expect(response.status).toBe(401);
  });
});

test("another method is refused with 405 and Allow", async () => {
  for (const [path, method, allow] of [
    ["/api/oauth-client/me", "DELETE", "GET, OPTIONS"],
    ["/api/oauth-client/v1/projects", "GET", "POST, OPTIONS"],
    ["/api/dashboard/connections/grt_1", "PUT", "DELETE, OPTIONS"],
  ] as const) {
    const response = await fetch(base + path, { method, headers: bearer });
    expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  }
});

test("a refusal with 403 is written down once in a minute for each caller and code", async () => {
  const refused = async () => {
    const entries = server.ctx.db.read.selectFrom("auditEntries").select("details");
    const rows = await entries.where("outcome", "=", "refused").execute();
    return rows.map(({ details }) => JSON.parse(details).error).sort();
  };
  const before = await refused();
  const reader = { token: await scene.mint(issued, { scopes: ["projects:read"] }) };
  for (let time = 0; time < 5; time++) {
    for (const [name, params] of [
      ["organizations.list", {}],
      ["projects.list", { organizationId: "another" }],
    ] as const) {
      expect((await send(base, name, { params }, reader)).status).toBe(403);
    }
  }
  expect(await refused()).toEqual([...before, "missing_scope", "wrong_organization"].sort());
});

describe("Idempotency-Key", () => {
  const shop = (slug: string) => ({ input: { name: "Shop", slug, sourceLanguage: "en" } });
  const create = (slug: string, key: string, by = token) =>
    send(base, "projects.create", shop(slug), { token: by }, { "idempotency-key": key });

  test("gives the same answer again, to another token of the same connection too", async () => {
    const first = await create("once", "key-1");
    const again = await create("once", "key-1");
    const other = await create("once", "key-1", await scene.mint(issued));
    expect([first.status, again.status, other.status]).toEqual([201, 201, 201]);
    expect(first.headers.has("idempotent-replayed")).toBe(false);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const body = await first.json();
    expect([await again.json(), await other.json()]).toEqual([body, body]);
  });

  test("with another body is a conflict", async () => {
    await create("twice", "key-2");
    expect(await refusal(await create("other", "key-2"))).toEqual([409, "conflict"]);
  });

  test("is each connection's own", async () => {
    const app = await scene.addApp(people.owner, organization);
    const another = await scene.letIn(people.owner, app, { organizations: [organization] });
    await create("first", "key-3");
    const response = await create("second", "key-3", await scene.mint(another));
    expect([response.status, response.headers.has("idempotent-replayed")]).toEqual([201, false]);
  });

  test("remembers no refusal", async () => {
    await create("taken", "key-4");
    expect((await create("taken", "key-5")).status).toBe(409);
    expect((await create("free", "key-5")).status).toBe(201);
  });

  test("opens nothing that the token may no longer do", async () => {
    const narrow = await scene.mint(issued, { scopes: ["org:read"] });
    expect((await create("once", "key-1", narrow)).status).toBe(403);
  });

  test("opens nothing to a narrower token that only the handler refuses", async () => {
    const { id } = (await (await create("keyed", "key-7")).json()) as { id: string };
    const withText = { keys: [{ name: "secret", values: { en: "Secret" } }] };
    const key = { "idempotency-key": "key-8" };
    const onProject = { params: { projectId: id }, input: withText };
    expect((await send(base, "keys.create", onProject, { token }, key)).status).toBe(201);
    const narrow = { token: await scene.mint(issued, { scopes: ["keys:write"] }) };
    expect((await send(base, "keys.create", onProject, narrow, key)).ok).toBe(false);
    const ofOneProject = await scene.mint(issued, { project_ids: [id] });
    expect((await create("keyed", "key-7", ofOneProject)).ok).toBe(false);
  });

  test("opens nothing to a person who lost the role", async () => {
    const admin = await scene.addPerson();
    await scene.join(admin, organization, "admin");
    const input = { organizationId: organization.id, ...shop("person").input };
    const again = () =>
      send(base, "projects.create", { input }, { browser: admin.browser }, { "idempotency-key": "key-11" });
    expect((await again()).status).toBe(201);
    expect((await again()).headers.get("idempotent-replayed")).toBe("true");
    const ofAdmin = (role: string) =>
      people.owner.browser.post(
        `/api/dashboard/organizations/${organization.id}/members/${admin.userId}`,
        { role },
        {},
        "PATCH",
      );
    expect((await ofAdmin("member")).status).toBe(200);
    expect(await refusal(await again())).toEqual([403, "missing_scope"]);
  });

  test("is of the revision that was expected", async () => {
    const { id } = (await (await create("revised", "key-9")).json()) as { id: string };
    await send(
      base,
      "keys.create",
      { params: { projectId: id }, input: { keys: [{ name: "title" }] } },
      { token },
    );
    const input = { values: [{ key: { name: "title" }, language: "en", text: "Title" }] };
    const set = (revision: string) =>
      send(
        base,
        "values.set",
        { params: { projectId: id }, input },
        { token },
        { "idempotency-key": "key-10", "if-match": revision },
      );
    expect((await set("0")).status).toBe(200);
    expect(await refusal(await set("7"))).toEqual([409, "conflict"]);
  });

  test.each(["", "with space", "k".repeat(201)])("%j is refused", async (key) => {
    const status = (await create("strange", key)).status;
    expect(status).toBe(400);
  });

  test("is refused where the answer carries a credential, and nothing of it is stored", async () => {
    const key = { "idempotency-key": "key-6" };
    const owner = { browser: people.owner.browser };
    const onApp = { params: { organizationId: organization.id, appId: scene.app.clientId } };
    const onGrant = { params: { grantId: issued.grant_id } };
    const access = { token: issued.access_token };
    const answers = [
      await send(base, "installations.mint", onGrant, access, key),
      await send(base, "secrets.create", onApp, owner, key),
    ];
    for (const answer of answers) expect(await refusal(answer)).toEqual([400, "invalid_request"]);
    const stored = await server.ctx.db.read.selectFrom("idempotencyKeys").selectAll().execute();
    expect(stored.filter((row) => row.key === "key-6")).toEqual([]);
    expect(JSON.stringify(stored)).not.toMatch(/bi_(oat|cs)_/);
  });
});

describe("rates", () => {
  test("are told with every answer, and end in 429 with Retry-After, for one token alone", async () => {
    const few = await startScene({ environment: { RATE_LIMIT_PER_MINUTE: "20" } });
    // Set up over more than one minute, because the limit is the owner's too.
    const held = await calmly(few, () =>
      few.letIn(few.people.owner, few.app, { organizations: [few.organization] }),
    );
    const [one, two] = [await calmly(few, () => few.mint(held)), await calmly(few, () => few.mint(held))];
    for (let remaining = 19; remaining >= 0; remaining--) {
      const response = await send(few.base, "organizations.list", {}, { token: one });
      expect(response.status).toBe(200);
      expect(response.headers.get("ratelimit-limit")).toBe("20");
      expect(response.headers.get("ratelimit-remaining")).toBe(String(remaining));
      expect(Number(response.headers.get("ratelimit-reset"))).toBeGreaterThan(0);
    }
    const refused = await send(few.base, "organizations.list", {}, { token: one });
    expect(refused.headers.get("retry-after")).toBe(refused.headers.get("ratelimit-reset"));
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(await refusal(refused)).toEqual([429, "rate_limited"]);
    const missing = await send(few.base, "projects.get", { params: { projectId: "none" } }, { token: two });
    expect([missing.status, missing.headers.get("ratelimit-remaining")]).toEqual([404, "19"]);
    few.server.ctx.clock.advance(60_000);
    expect((await send(few.base, "organizations.list", {}, { token: one })).status).toBe(200);
    await few.server.close();
  });

  test("minting has a limit of its own, for one family alone", async () => {
    server.ctx.clock.advance(60_000);
    const mine = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
    const other = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
    const statuses: number[] = [];
    for (let left = 121; left > 0; left--) {
      statuses.push((await mint(base, mine.access_token, mine.grant_id)).status);
    }
    expect(statuses.indexOf(429)).toBe(120);
    expect((await mint(base, other.access_token, other.grant_id)).status).toBe(201);
    // Only minting is used up.
    expect((await send(base, "me", {}, { token: mine.access_token })).status).toBe(200);
  });

  test("one address registers 20 apps an hour", async () => {
    let times = 0;
    const register = () =>
      fetch(`${base}/api/auth/mcp/register`, {
        method: "POST",
        headers: { ...json, "x-forwarded-for": `192.0.2.${++times}` },
        // The same would be given the same app again.
        body: JSON.stringify({
          redirect_uris: ["https://new.example/callback"],
          client_name: `New ${times}`,
        }),
      });
    for (let left = 20; left > 0; left--) expect((await register()).status).toBe(201);
    const refused = await register();
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refusal(refused)).toEqual([429, "rate_limited"]);
    server.ctx.clock.advance(3_600_000);
    expect((await register()).status).toBe(201);
  });

  test("guessing a secret is limited, and the app itself is not kept out of refreshing", async () => {
    const mine = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
    const wrong = basic(scene.app, "bi_cs_wrong");
    const guesses: number[] = [];
    for (let left = 70; left > 0; left--) {
      const fields = { grant_type: "refresh_token", refresh_token: mine.refresh_token };
      guesses.push(
        (await post(base, "token", null, { ...fields, client_id: scene.app.clientId }, wrong)).status,
      );
    }
    expect(guesses.at(-1)).toBe(429);
    const fields = { grant_type: "refresh_token", refresh_token: mine.refresh_token };
    expect((await post(base, "token", scene.app, fields)).status).toBe(200);
  });
});

async function calmly<Result>(few: Scene, work: () => Promise<Result>): Promise<Result> {
  few.server.ctx.clock.advance(60_000);
  return work();
}

async function refusal(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { error: string }).error];
}

/** Sends a body in chunks, without telling its length. */
function chunked(url: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.write(body.slice(0, body.length / 2));
    sent.end(body.slice(body.length / 2));
  });
}
