import { DEFAULT_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  allow,
  beginDevice,
  DEVICE_GRANT,
  type DeviceCodes,
  enter,
  poll,
  tryBegin,
  tryEnter,
} from "../support/device.ts";
import { type App, Browser, basic, post, readRequest, refresh, refusal, tokens } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const PENDING = [400, "authorization_pending"];

const world = await startWorld({ REGISTRATIONS_PER_HOUR: "100" });
const { base, owner } = world;
const tool = await world.app({ type: "native", deviceFlow: true });
const box = await world.app({ deviceFlow: true });
afterAll(() => world.close());
// Limits are by network, and all of these come from one.
beforeEach(() => world.advance(601));

describe("the device authorization endpoint", () => {
  test("[device/answer] tells a device its codes, how long they live, and where to type the short one", async () => {
    for (const app of [tool, box]) {
      const answer = await tryBegin(base, app);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toContain("application/json");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      const codes = (await answer.json()) as DeviceCodes;
      expect(codes).toEqual({
        device_code: expect.stringMatching(/^bi_dc_[0-9A-Za-z]{33}$/),
        user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
        verification_uri: `${base}/device`,
        verification_uri_complete: `${base}/device?user_code=${codes.user_code}`,
        expires_in: 600,
        interval: 5,
      });
      expect(codes.verification_uri).not.toContain(codes.user_code);
    }
  });

  test("[device/authentication] the app authenticates as at the token endpoint", async () => {
    const named = { client_id: box.clientId };
    const wrong = await post(base, "device_authorization", null, {}, basic(box, "wrong"));
    expect(wrong.headers.get("www-authenticate")).toMatch(/^Basic /);
    expect(await refusal(wrong)).toEqual([401, "invalid_client"]);
    expect(await refusal(post(base, "device_authorization", null, named))).toEqual([401, "invalid_client"]);
    expect(await refusal(post(base, "device_authorization", null, {}))).toEqual([401, "invalid_client"]);
    const unknown = { clientId: "app_unknown", secret: null, redirectUri: "" };
    expect(await refusal(tryBegin(base, unknown))).toEqual([401, "invalid_client"]);
    const inBody = { ...named, client_secret: box.secret as string };
    expect((await post(base, "device_authorization", null, inBody)).status).toBe(200);
  });

  test("[device/parameters] empty and unknown parameters are absent, none stands twice", async () => {
    expect((await tryBegin(base, tool, { scope: "", resource: "", nonsense: "x" })).status).toBe(200);
    for (const name of ["scope", "client_id", "organization"]) {
      const fields = { [name]: [tool.clientId, tool.clientId] };
      const answer = await post(base, "device_authorization", null, { client_id: tool.clientId, ...fields });
      expect(await refusal(answer), name).toEqual([400, "invalid_request"]);
    }
    const json = await fetch(`${base}/api/auth/mcp/device_authorization`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: tool.clientId }),
    });
    expect(await refusal(json)).toEqual([400, "invalid_request"]);
    const get = await fetch(`${base}/api/auth/mcp/device_authorization?client_id=${tool.clientId}`);
    expect(get.status).toBe(405);
  });

  test("[device/scopes] scope and resource keep the rules of the authorization endpoint", async () => {
    expect(await refusal(tryBegin(base, tool, { scope: "keys:burn" }))).toEqual([400, "invalid_scope"]);
    expect(await refusal(tryBegin(base, tool, { resource: "https://x.example" }))).toEqual([
      400,
      "invalid_target",
    ]);
    const asked = async (scope?: string) => {
      const { user_code } = await beginDevice(base, tool, { scope });
      const { scopes } = await readRequest(owner.browser, await enter(owner.browser, user_code));
      return scopes.filter((each) => each.requested).map((each) => each.name);
    };
    expect(await asked()).toEqual(DEFAULT_SCOPES);
    expect(await asked("openid keys:read translations:publish")).toEqual([
      "keys:read",
      "translations:publish",
    ]);
  });

  test("[device/who-may] only an app whose owner or registration says so may begin, and poll", async () => {
    for (const app of [world.web, world.spa, world.native]) {
      expect(await refusal(tryBegin(base, app))).toEqual([400, "unauthorized_client"]);
      expect(await refusal(poll(base, app, "bi_dc_x"))).toEqual([400, "unauthorized_client"]);
    }
    const spa = { type: "spa", deviceFlow: true, redirectUris: ["https://spa.example/callback"] } as const;
    expect((await world.tryApp({ ...spa, redirectUris: [...spa.redirectUris] })).status).toBe(400);
    const registered = await register({ grant_types: [DEVICE_GRANT, "authorization_code"] });
    expect((await tryBegin(base, registered)).status).toBe(200);
    expect(await refusal(tryBegin(base, await register({})))).toEqual([400, "unauthorized_client"]);
  });

  test("[device/registered-without-address] an app of devices only needs no redirect URI", async () => {
    const answer = await world.register({
      client_name: "Kiosk",
      grant_types: [DEVICE_GRANT, "refresh_token"],
    });
    expect(answer.status).toBe(201);
    const client = (await answer.json()) as Record<string, unknown>;
    expect(client).toMatchObject({
      redirect_uris: [],
      grant_types: ["refresh_token", DEVICE_GRANT],
      response_types: [],
      application_type: "native",
    });
    const app: App = { clientId: String(client.client_id), secret: null, redirectUri: "" };
    const { device_code, user_code } = await beginDevice(base, app);
    await allow(owner.browser, user_code);
    const issued = await tokens(poll(base, app, device_code));
    expect((await tokens(refresh(base, app, issued.refresh_token))).grant_id).toBe(issued.grant_id);
    // And nothing can be redirected in its name.
    const query = `client_id=${app.clientId}&response_type=code&redirect_uri=https://evil.example/`;
    const page = await owner.browser.request(`/api/auth/mcp/authorize?${query}`);
    expect([page.status, page.headers.get("location")]).toEqual([400, null]);
    expect((await world.register({ client_name: "Kiosk", grant_types: ["refresh_token"] })).status).toBe(400);
  });
});

describe("the person", () => {
  test("[device/user-code] codes are eight letters of twenty, and do not repeat", async () => {
    const codes = new Set<string>();
    for (let i = 0; i < 100; i++) codes.add((await beginDevice(base, tool)).user_code);
    expect(codes.size).toBe(100);
    const letters = new Set([...codes].join("").replaceAll("-", ""));
    expect([...letters].sort().join("")).toBe("BCDFGHJKLMNPQRSTVWXZ");
  });

  test("[device/typed-anyhow] case, blanks and punctuation do not matter", async () => {
    const spell: ((code: string) => string)[] = [
      (code) => code.toLowerCase(),
      (code) => code.replace("-", ""),
      (code) => ` ${[...code].join(" ")}\n`,
      (code) => code.replace("-", "–").toLowerCase(),
    ];
    for (const spelled of spell) {
      const { user_code } = await beginDevice(base, tool);
      expect((await tryEnter(owner.browser, spelled(user_code))).status).toBe(200);
    }
    for (const none of ["", "BCDF", "BCDF-GHJKL", "AAAA-AAAA", "BCDF-GHJ1", "x".repeat(100)]) {
      expect(await refusal(tryEnter(owner.browser, none)), none).toEqual([400, "invalid_request"]);
    }
    for (const none of [{}, { user_code: 1 }, { user_code: ["BCDF-GHJK"] }, null, "BCDF-GHJK"]) {
      const answer = owner.browser.post("/api/auth/mcp/device", none);
      expect(await refusal(answer), JSON.stringify(none)).toEqual([400, "invalid_request"]);
    }
  });

  test("[device/guesses-limited] after ten codes in ten minutes a person has to wait, with a right one too", async () => {
    const { user_code } = await beginDevice(base, tool);
    for (let i = 0; i < 10; i++) {
      expect(await refusal(tryEnter(owner.browser, "BBBB-BBBB"))).toEqual([404, "not_found"]);
    }
    const late = await tryEnter(owner.browser, user_code);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refusal(late)).toEqual([429, "rate_limited"]);
    // Also in another browser of theirs.
    expect(await refusal(tryEnter(await world.signIn(owner), user_code))).toEqual([429, "rate_limited"]);
  });

  test("[device/address-does-nothing] opening the address with the code in it decides and claims nothing", async () => {
    const codes = await beginDevice(base, tool);
    const page = await owner.browser.request(codes.verification_uri_complete, {
      headers: { accept: "text/html" },
    });
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await refusal(poll(base, tool, codes.device_code))).toEqual(PENDING);
    const stranger = new Browser(base);
    expect(await refusal(tryEnter(stranger, codes.user_code))).toEqual([401, "sign_in_required"]);
    for (const origin of ["https://evil.example", "null", base.replace("localhost", "127.0.0.1")]) {
      const answer = tryEnter(owner.browser, codes.user_code, { origin });
      expect(await refusal(answer), origin).toEqual([403, "forbidden"]);
    }
    expect((await tryEnter(owner.browser, codes.user_code)).status).toBe(200);
  });

  test("[device/same-consent] the page is that of every app, and says that it is a device, proven or not", async () => {
    for (const [app, proven] of [
      [tool, false],
      [box, true],
    ] as const) {
      const { user_code } = await beginDevice(base, app, { scope: "keys:read translations:publish" });
      const requestId = await enter(owner.browser, user_code);
      const view = await readRequest(owner.browser, requestId);
      expect(view).toMatchObject({
        status: "consent",
        client: { client_id: app.clientId, device: { proven }, redirect_host: null, loopback: false },
        continue_url: null,
        return_url: null,
        redirect_trusted: false,
        switch_url: `${base}/device`,
        user: { email: owner.email },
      });
      expect(view.organizations.map((each) => each.id)).toEqual([owner.organization.id]);
      const decision = { approve: true, organizations: [], scopes: ["keys:read"] };
      const address = `/api/auth/mcp/requests/${requestId}/decision`;
      expect((await owner.browser.post(address, decision)).status).toBe(400);
      const onward = await owner.browser.request(`/api/auth/mcp/requests/${requestId}/continue`);
      expect([onward.status, onward.headers.get("location")]).toEqual([404, null]);
    }
  });
});

/** A registered public app on loopback. */
async function register(metadata: object): Promise<App> {
  const redirectUri = "http://127.0.0.1/callback";
  const fields = { client_name: "Terminal", redirect_uris: [redirectUri], ...metadata };
  const answer = await world.register(fields);
  const { client_id } = (await answer.json()) as { client_id: string };
  return { clientId: client_id, secret: null, redirectUri };
}
