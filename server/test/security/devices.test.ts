import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Strangers } from "../../src/platform/strangers.ts";
import { WORKERS } from "../../src/workers.ts";
import { type Documents, startDocuments } from "../agents/documents.ts";
import { type Person, publicApp, type Scene, startScene } from "../agents/scene.ts";
import { ENGINES } from "../support/databases.ts";
import {
  allow,
  beginDevice,
  DEVICE_GRANT,
  enter,
  poll,
  refuse,
  tryBegin,
  tryEnter,
} from "../support/device.ts";
import { type App, Browser, form, readRequest, refusal, tokens } from "../support/flow.ts";

const INVALID_GRANT = [400, "invalid_grant"];
const PENDING = [400, "authorization_pending"];
const PASSWORD = "correct horse battery staple";

/** What somebody tries who wants in by a device, or wants to keep one out. */
describe.each(ENGINES)("devices on $engine", { timeout: 60_000 }, ({ open }) => {
  let scene: Scene;
  let documents: Documents;
  let app: App;
  beforeAll(async () => {
    documents = await startDocuments();
    scene = await startScene(open, {
      ALLOW_PRIVATE_TARGETS: "1",
      TRUSTED_PROXIES: "127.0.0.0/8, ::1",
      REGISTRATIONS_PER_HOUR: "1000",
    });
    app = await newApp();
  });
  afterAll(async () => {
    await scene.close();
    await documents.close();
  });
  // Windows of limits are ten minutes long.
  beforeEach(() => scene.ctx.clock.advance(601_000));

  describe("what happens between the person's yes and the device's next poll counts", () => {
    test.each<[string, (person: Person, own: App) => Promise<unknown>, unknown[]]>([
      ["the grant is revoked", (person, own) => revoke(person, own), INVALID_GRANT],
      ["the role is lost", (person) => setRole(person, "member"), INVALID_GRANT],
      ["the person leaves", (person) => leave(person), INVALID_GRANT],
      ["the password is changed", (person) => changePassword(person), INVALID_GRANT],
      ["the app is disabled", (_, own) => setApp(own, "disabledAt", 1), [401, "invalid_client"]],
      [
        "devices are switched off",
        (_, own) => setApp(own, "deviceFlowAt", null),
        [400, "unauthorized_client"],
      ],
    ])("%s", async (_, happen, expected) => {
      const [own, person] = [await newApp(), await scene.person()];
      const { device_code, user_code } = await beginDevice(scene.base, own);
      await allow(person.browser, user_code);
      await happen(person, own);
      expect(await refusal(poll(scene.base, own, device_code))).toEqual(expected);
      expect(await familiesOf(own)).toBe(0);
    });

    test("devices that are switched off before the yes get no grant", async () => {
      const own = await newApp();
      const { user_code } = await beginDevice(scene.base, own);
      const requestId = await enter(scene.owner.browser, user_code);
      await setApp(own, "deviceFlowAt", null);
      expect(await refusal(decide(scene.owner.browser, requestId))).toEqual([410, "app_disabled"]);
      const grants = scene.ctx.db.read.selectFrom("grants").select("id").where("appId", "=", own.clientId);
      expect(await grants.execute()).toEqual([]);
    });

    test("a role that returns in time is as good as one that was kept", async () => {
      const person = await scene.person();
      const { device_code, user_code } = await beginDevice(scene.base, app);
      await allow(person.browser, user_code);
      await setRole(person, "member");
      expect(await refusal(poll(scene.base, app, device_code))).toEqual(INVALID_GRANT);
      await setRole(person, "owner");
      await tokens(poll(scene.base, app, device_code));
    });

    test("a metadata document that says something else ends the request", async () => {
      const device = { grant_types: [DEVICE_GRANT, "authorization_code"] };
      const [path, headers] = ["/devices/1", { "cache-control": "max-age=60" }];
      const own = publicApp(documents.publish(path, device, headers), "");
      const { device_code, user_code } = await beginDevice(scene.base, own);
      await allow(scene.owner.browser, user_code);
      documents.publish(path, { ...device, client_name: "Other" }, headers);
      scene.ctx.clock.advance(61_000);
      await beginDevice(scene.base, own);
      expect(await refusal(poll(scene.base, own, device_code))).toEqual([400, "expired_token"]);
      documents.publish(path, { client_name: "Other" }, headers);
      scene.ctx.clock.advance(61_000);
      expect(await refusal(tryBegin(scene.base, own))).toEqual([400, "unauthorized_client"]);
    });

    test("a password that is changed while the code is being looked at takes it away", async () => {
      const person = await scene.person();
      const { device_code, user_code } = await beginDevice(scene.base, app);
      const requestId = await enter(person.browser, user_code);
      await changePassword(person);
      expect((await decide(person.browser, requestId)).status).toBe(404);
      expect(await refusal(poll(scene.base, app, device_code))).toEqual(INVALID_GRANT);
      expect(await refusal(tryEnter(person.browser, user_code))).toEqual([404, "not_found"]);
    });
  });

  describe("somebody else", () => {
    test("cannot take, read or decide what a person has brought", async () => {
      const attacker = await scene.person();
      const { device_code, user_code } = await beginDevice(scene.base, app);
      const requestId = await enter(scene.owner.browser, user_code);
      expect(await refusal(tryEnter(attacker.browser, user_code))).toEqual([403, "wrong_account"]);
      for (const browser of [attacker.browser, new Browser(scene.base)]) {
        const view = browser.request(`/api/auth/mcp/requests/${requestId}`);
        expect(await refusal(view)).toEqual([403, "wrong_browser"]);
        expect(await refusal(decide(browser, requestId))).toEqual([403, "wrong_browser"]);
      }
      expect(await refusal(poll(scene.base, app, device_code))).toEqual(PENDING);
      expect((await decide(scene.owner.browser, requestId)).status).toBe(200);
      const issued = await tokens(poll(scene.base, app, device_code));
      expect(issued.grants.map((grant) => grant.organization_id)).toEqual([scene.owner.organizationId]);
    });

    test("does not pass for an app that was verified, unless it has the app's secret", async () => {
      for (const [own, verified] of [
        [await newApp(), false],
        [await newApp({ type: "web", redirectUris: ["https://partner.example/"] }), true],
      ] as const) {
        await setApp(own, "verifiedAt", 1);
        const { user_code } = await beginDevice(scene.base, own);
        const requestId = await enter(scene.owner.browser, user_code);
        const { client } = await readRequest(scene.owner.browser, requestId);
        expect(client).toMatchObject({ verified, device: { proven: verified } });
      }
    });

    test("cannot come to a request that nobody has brought, even by its id", async () => {
      const { device_code } = await beginDevice(scene.base, app);
      const [newest] = await requests();
      for (const browser of [scene.owner.browser, new Browser(scene.base)]) {
        const view = browser.request(`/api/auth/mcp/requests/${newest?.id}`);
        expect(await refusal(view)).toEqual([403, "wrong_browser"]);
        expect(await refusal(decide(browser, newest?.id ?? ""))).toEqual([403, "wrong_browser"]);
      }
      expect(await refusal(poll(scene.base, app, device_code))).toEqual(PENDING);
    });

    test("gets nothing by swapping the codes of two devices", async () => {
      const other = await scene.person();
      const [mine, theirs] = [await beginDevice(scene.base, app), await beginDevice(scene.base, app)];
      await allow(scene.owner.browser, mine.user_code);
      await allow(other.browser, theirs.user_code);
      for (const [person, codes] of [
        [scene.owner, mine],
        [other, theirs],
      ] as const) {
        const { grants } = await tokens(poll(scene.base, app, codes.device_code));
        expect(grants.map((grant) => grant.organization_id)).toEqual([person.organizationId]);
      }
    });

    test("polls in vain with another app, and does the device no harm", async () => {
      const stranger = await newApp();
      const { device_code, user_code } = await beginDevice(scene.base, app);
      for (let i = 0; i < 20; i++)
        expect(await refusal(poll(scene.base, stranger, device_code))).toEqual(INVALID_GRANT);
      expect(await refusal(poll(scene.base, app, device_code))).toEqual(PENDING);
      await allow(scene.owner.browser, user_code);
      expect(await refusal(poll(scene.base, stranger, device_code))).toEqual(INVALID_GRANT);
      await tokens(poll(scene.base, app, device_code));
    });

    test("may take it over in the same browser until it is decided, and not after", async () => {
      const [first, second] = [await scene.person(), await scene.person()];
      const { device_code, user_code } = await beginDevice(scene.base, app);
      const requestId = await enter(first.browser, user_code);
      const session = [...second.browser.cookies].find(([name]) => name.includes("session"));
      const switched = new Map([...first.browser.cookies, session as [string, string]]);
      const cookie = [...switched].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await new Browser(scene.base).post("/api/auth/mcp/device", { user_code }, { cookie });
      expect(await answer.json()).toEqual({ request_id: requestId });
      expect(await refusal(decide(first.browser, requestId))).toEqual([403, "wrong_account"]);
      expect(await refusal(poll(scene.base, app, device_code))).toEqual(PENDING);
      await enter(second.browser, user_code);
      expect((await decide(second.browser, requestId, second)).status).toBe(200);
      expect(await refusal(tryEnter(first.browser, user_code))).toEqual([409, "already_decided"]);
    });
  });

  describe("limits", () => {
    test("a network types a hundred codes in ten minutes, whoever its people are", async () => {
      const { user_code } = await beginDevice(scene.base, app);
      const from = { "x-forwarded-for": "192.0.2.80" };
      for (let person = 0; person < 10; person++) {
        const { browser } = await scene.person();
        for (let i = 0; i < 10; i++)
          expect(await refusal(tryEnter(browser, "BBBB-BBBB", from))).toEqual([404, "not_found"]);
      }
      const { browser } = await scene.person();
      expect(await refusal(tryEnter(browser, user_code, from))).toEqual([429, "rate_limited"]);
      const elsewhere = { "x-forwarded-for": "192.0.2.81" };
      expect((await tryEnter(browser, user_code, elsewhere)).status).toBe(200);
    });

    test("a network begins 120 requests a minute, on devices and in browsers together", async () => {
      const network = { "x-forwarded-for": "192.0.2.90" };
      const begin = () => send("device_authorization", { client_id: app.clientId }, network);
      for (let i = 0; i < 119; i++) expect((await begin()).status).toBe(200);
      const query = form({ client_id: app.clientId, response_type: "code" });
      const authorize = () =>
        fetch(`${scene.base}/api/auth/mcp/authorize?${query}`, { headers: network, redirect: "manual" });
      expect((await authorize()).status).not.toBe(429);
      expect(await refusal(begin())).toEqual([429, "rate_limited"]);
      expect((await authorize()).status).toBe(429);
    });

    test("a hundred devices of one network wait side by side, beside one that floods", async () => {
      const network = { "x-forwarded-for": "192.0.2.100" };
      const ask = (device_code: string) =>
        send("token", { grant_type: DEVICE_GRANT, device_code, client_id: app.clientId }, network);
      const waiting = [];
      for (let i = 0; i < 100; i++) waiting.push(await beginDevice(scene.base, app));
      const flooding = await beginDevice(scene.base, app);
      await ask(flooding.device_code);
      const flood = [];
      for (let i = 0; i < 100; i++) flood.push((await refusal(ask(flooding.device_code)))[1]);
      expect(new Set(flood)).toEqual(new Set(["slow_down", "rate_limited"]));
      expect(flood.at(-1)).toBe("rate_limited");
      // It has made itself as slow as it gets, which costs no further write.
      expect(await longestInterval()).toBe(60);
      for (let round = 0; round < 4; round++) {
        for (const { device_code } of waiting) expect(await refusal(ask(device_code))).toEqual(PENDING);
        scene.ctx.clock.advance(5000);
      }
    });

    test("made-up device codes keep their sender out, and no device that waits there", async () => {
      const network = { "x-forwarded-for": "192.0.2.110" };
      const ask = (device_code: string) =>
        send("token", { grant_type: DEVICE_GRANT, device_code, client_id: app.clientId }, network);
      const { device_code } = await beginDevice(scene.base, app);
      const seen = new Set<string>();
      for (let i = 0; i < 310; i++) seen.add((await refusal(ask("bi_dc_x")))[1]);
      expect(seen).toEqual(new Set(["invalid_grant", "rate_limited"]));
      expect(await refusal(ask(device_code))).toEqual(PENDING);
      scene.ctx.clock.advance(5000);
      // Nor one that began at another node.
      Object.assign(scene.ctx, { strangers: new Strangers(1) });
      expect(await refusal(ask("bi_dc_x"))).toEqual([429, "rate_limited"]);
      expect(await refusal(ask("bi_dc_x"))).toEqual([429, "rate_limited"]);
      expect(await refusal(ask(device_code))).toEqual(PENDING);
      Object.assign(scene.ctx, { strangers: new Strangers() });
    });

    test("what nobody brought is gone an hour later, and what was decided a day later", async () => {
      await beginDevice(scene.base, app);
      const decided = await beginDevice(scene.base, app);
      await refuse(scene.owner.browser, decided.user_code);
      scene.ctx.clock.advance(71 * 60_000);
      await sweep();
      expect(await devices()).toBe(await decidedRequests());
      expect(await refusal(poll(scene.base, app, decided.device_code))).toEqual([400, "access_denied"]);
      scene.ctx.clock.advance(25 * 3_600_000);
      await sweep();
      expect([await devices(), (await requests()).length]).toEqual([0, 0]);
      expect(await refusal(poll(scene.base, app, decided.device_code))).toEqual(INVALID_GRANT);
    });
  });

  test("the audit tells who let a device in and who refused it, and holds no code", async () => {
    const [own, person] = [await newApp(), await scene.person()];
    const [given, refused] = [await beginDevice(scene.base, own), await beginDevice(scene.base, own)];
    const page = await person.browser.request(given.verification_uri_complete);
    expect(page.headers.get("content-type")).toContain("text/html");
    await allow(person.browser, given.user_code);
    await tokens(poll(scene.base, own, given.device_code));
    await refuse(person.browser, refused.user_code);
    const rows = await scene.ctx.db.read
      .selectFrom("auditEntries")
      .selectAll()
      .where("appId", "=", own.clientId)
      .orderBy("at")
      .execute();
    const told = rows.map((row) => [row.action, row.actorUserId]);
    expect(told).toContainEqual(["grant.created", person.userId]);
    expect(told).toContainEqual(["code.exchanged", person.userId]);
    expect(told).toContainEqual(["authorization.denied", person.userId]);
    const everything = JSON.stringify(rows) + scene.log();
    for (const { device_code, user_code } of [given, refused]) {
      for (const code of [device_code, user_code, user_code.replace("-", "")])
        expect(everything.includes(code)).toBe(false);
    }
  });

  async function newApp(more: object = {}): Promise<App> {
    const { organizationId } = scene.owner;
    const answer = await scene.owner.browser.post(`/api/dashboard/organizations/${organizationId}/apps`, {
      ...{ name: "Sprout", type: "native", redirectUris: ["http://127.0.0.1/"], deviceFlow: true },
      ...more,
    });
    const created = (await answer.json()) as { app: { id: string }; clientSecret: string | null };
    return { clientId: created.app.id, secret: created.clientSecret, redirectUri: "" };
  }

  function send(endpoint: string, fields: Record<string, string>, headers: Record<string, string>) {
    return fetch(`${scene.base}/api/auth/mcp/${endpoint}`, { method: "POST", headers, body: form(fields) });
  }

  function decide(browser: Browser, requestId: string, person = scene.owner): Promise<Response> {
    const organizations = [{ organization_id: person.organizationId, projects: "all" }];
    const decision = { approve: true, organizations, scopes: ["org:read"] };
    return browser.post(`/api/auth/mcp/requests/${requestId}/decision`, decision);
  }

  async function revoke({ browser, userId }: Person, own: App): Promise<void> {
    const grant = await scene.ctx.db.read
      .selectFrom("grants")
      .select("id")
      .where("appId", "=", own.clientId)
      .where("userId", "=", userId)
      .executeTakeFirstOrThrow();
    const answer = await browser.request(`/api/dashboard/connections/${grant.id}`, {
      method: "DELETE",
      headers: { origin: scene.base },
    });
    expect(answer.ok).toBe(true);
  }

  async function changePassword({ browser }: Person): Promise<void> {
    const change = { currentPassword: PASSWORD, newPassword: "another horse battery staple" };
    expect((await browser.post("/api/auth/change-password", change)).status).toBe(200);
  }

  async function setRole({ userId }: Person, role: string): Promise<void> {
    await scene.ctx.db.write((tx) =>
      tx.updateTable("members").set({ role }).where("userId", "=", userId).execute(),
    );
  }

  async function leave({ userId }: Person): Promise<void> {
    await scene.ctx.db.write((tx) => tx.deleteFrom("members").where("userId", "=", userId).execute());
  }

  async function setApp(
    own: App,
    column: "disabledAt" | "deviceFlowAt" | "verifiedAt",
    value: number | null,
  ) {
    await scene.ctx.db.write((tx) =>
      tx
        .updateTable("apps")
        .set({ [column]: value })
        .where("id", "=", own.clientId)
        .execute(),
    );
  }

  async function familiesOf(own: App): Promise<number> {
    const families = scene.ctx.db.read.selectFrom("families").select("id").where("appId", "=", own.clientId);
    return (await families.execute()).length;
  }

  function requests() {
    return scene.ctx.db.read
      .selectFrom("authorizationRequests")
      .select(["id", "decidedAt"])
      .orderBy("createdAt", "desc")
      .execute();
  }

  async function decidedRequests(): Promise<number> {
    return (await requests()).filter((row) => row.decidedAt !== null).length;
  }

  async function devices(): Promise<number> {
    return (await scene.ctx.db.read.selectFrom("deviceCodes").select("hash").execute()).length;
  }

  async function longestInterval(): Promise<number> {
    const rows = await scene.ctx.db.read.selectFrom("deviceCodes").select("intervalSeconds").execute();
    return Math.max(...rows.map((row) => row.intervalSeconds));
  }

  async function sweep(): Promise<void> {
    for (const worker of WORKERS) await worker.step(scene.ctx, () => false);
  }
});
