import { ALL_SCOPES, DEFAULT_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  allow,
  beginDevice,
  DEVICE_GRANT,
  type DeviceCodes,
  enter,
  poll,
  refuse,
  tryBegin,
  tryEnter,
} from "../support/device.ts";
import {
  type App,
  Browser,
  basic,
  call,
  connect,
  exchange,
  installationToken,
  post,
  readRequest,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const INVALID_GRANT = [400, "invalid_grant"];
const PENDING = [400, "authorization_pending"];

const world = await startWorld({ REGISTRATIONS_PER_HOUR: "100" });
const { base, owner, config } = world;
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

describe("polling", () => {
  test("[device/whole-flow] what a device receives is what a code is exchanged for, and works alike", async () => {
    for (const app of [tool, box]) {
      const { device_code, user_code } = await beginDevice(base, app);
      expect(await refusal(poll(base, app, device_code))).toEqual(PENDING);
      await allow(owner.browser, user_code);
      const answer = await poll(base, app, device_code);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const issued = await tokens(answer);
      const other = await tokens(exchange(base, app, await connect(owner.browser, app)));
      expect(shapeOf(issued)).toEqual(shapeOf(other));
      // One grant per organization, whichever way it came.
      expect(other.grant_id).toBe(issued.grant_id);
      const token = await installationToken(base, issued);
      expect((await call(base, "/organizations", token)).status).toBe(200);
      expect((await call(base, "/me", issued.access_token)).status).toBe(200);
      for (const each of [issued.refresh_token, issued.grants[0]?.refresh_token ?? ""]) {
        await tokens(refresh(base, app, each));
      }
    }
  });

  test("[device/audience] the audience is the one that was asked for, of those that were", async () => {
    const { device_code, user_code } = await beginDevice(base, tool, { resource: config.MCP_URL });
    const partner = { resource: `${config.API_URL}/api/oauth-client` };
    expect(await refusal(poll(base, tool, device_code, partner))).toEqual([400, "invalid_target"]);
    await allow(owner.browser, user_code);
    const { access_token } = await tokens(poll(base, tool, device_code, { resource: config.MCP_URL }));
    const claims = JSON.parse(Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString());
    expect(claims.aud).toBe(config.MCP_URL);
  });

  test("[device/poll-parameters] a poll without a code, with one that is none, or with another's is refused", async () => {
    const begun = await beginDevice(base, tool);
    const missing = post(base, "token", tool, { grant_type: DEVICE_GRANT });
    expect(await refusal(missing)).toEqual([400, "invalid_request"]);
    const none = ["x", begun.user_code, begun.device_code.slice(0, -1), `${begun.device_code}0`];
    for (const code of none) expect(await refusal(poll(base, tool, code)), code).toEqual(INVALID_GRANT);
    expect(await refusal(poll(base, box, begun.device_code))).toEqual(INVALID_GRANT);
    expect(await refusal(poll(base, tool, begun.device_code))).toEqual(PENDING);
    const asCode = {
      grant_type: "authorization_code",
      code: begun.device_code,
      code_verifier: "x".repeat(43),
    };
    expect(await refusal(post(base, "token", tool, asCode))).toEqual(INVALID_GRANT);
  });

  test("[device/poll-authentication] an app with a secret has to prove it when it polls", async () => {
    const { device_code, user_code } = await beginDevice(base, box);
    await allow(owner.browser, user_code);
    const fields = { grant_type: DEVICE_GRANT, device_code };
    const bare = post(base, "token", null, { ...fields, client_id: box.clientId });
    expect(await refusal(bare)).toEqual([401, "invalid_client"]);
    const wrong = post(base, "token", null, fields, basic(box, "wrong"));
    expect(await refusal(wrong)).toEqual([401, "invalid_client"]);
    await tokens(poll(base, box, device_code));
  });

  test("[device/pending] however long a device waits as told, it is never taken for one that fails", async () => {
    const { device_code, user_code } = await beginDevice(base, tool);
    for (let i = 0; i < 119; i++) {
      expect(await refusal(poll(base, tool, device_code))).toEqual(PENDING);
      world.advance(5);
    }
    await allow(owner.browser, user_code);
    await tokens(poll(base, tool, device_code));
  });

  test("[device/slow-down] who polls too soon waits five seconds longer each time, and is let in at last", async () => {
    const { device_code, user_code } = await beginDevice(base, tool);
    const polled = () => refusal(poll(base, tool, device_code));
    expect(await polled()).toEqual(PENDING);
    world.advance(3);
    expect(await polled()).toEqual([400, "slow_down"]);
    world.advance(5);
    expect(await polled()).toEqual([400, "slow_down"]);
    world.advance(7);
    expect(await polled()).toEqual(PENDING);
    world.advance(10);
    expect(await polled()).toEqual([400, "slow_down"]);
    world.advance(20);
    expect(await polled()).toEqual(PENDING);
    await allow(owner.browser, user_code);
    await tokens(poll(base, tool, device_code));
  });

  test("[device/denied] the person's no reaches the device, and stays", async () => {
    const { device_code, user_code } = await beginDevice(base, tool);
    await refuse(owner.browser, user_code);
    for (let i = 0; i < 3; i++) {
      expect(await refusal(poll(base, tool, device_code))).toEqual([400, "access_denied"]);
    }
    expect(await refusal(tryEnter(owner.browser, user_code))).toEqual([409, "already_decided"]);
  });

  test("[device/expired] codes end after ten minutes, for the device and for the person", async () => {
    const { device_code, user_code } = await beginDevice(base, tool);
    const entered = await beginDevice(base, tool);
    world.advance(590);
    const requestId = await enter(owner.browser, entered.user_code);
    expect((await readRequest(owner.browser, requestId)).status).toBe("consent");
    expect(await refusal(poll(base, tool, device_code))).toEqual(PENDING);
    world.advance(11);
    expect(await refusal(poll(base, tool, device_code))).toEqual([400, "expired_token"]);
    expect(await refusal(tryEnter(owner.browser, user_code))).toEqual([410, "request_expired"]);
    // The page gave it no longer life: the device was told when it ends.
    expect((await readRequest(owner.browser, requestId)).status).toBe("expired");
    expect(await refusal(poll(base, tool, entered.device_code))).toEqual([400, "expired_token"]);
  });

  test("[device/sleeping] what was allowed at the last moment waits another ten minutes for the device", async () => {
    for (const [late, expected] of [
      [599, 200],
      [601, 400],
    ] as const) {
      const { device_code, user_code } = await beginDevice(base, tool);
      world.advance(599);
      await allow(owner.browser, user_code);
      world.advance(late);
      const answer = await poll(base, tool, device_code);
      expect(answer.status).toBe(expected);
      if (!answer.ok) expect(await refusal(answer)).toEqual([400, "expired_token"]);
    }
  });

  test("[device/once] a used code is refused, and later ends what it gave, as an authorization code does", async () => {
    const { device_code, user_code } = await beginDevice(base, tool);
    await allow(owner.browser, user_code);
    const issued = await tokens(poll(base, tool, device_code));
    world.advance(9);
    expect(await refusal(poll(base, tool, device_code))).toEqual(INVALID_GRANT);
    const renewed = await tokens(refresh(base, tool, issued.refresh_token));
    world.advance(2);
    expect(await refusal(poll(base, box, device_code))).toEqual(INVALID_GRANT);
    await tokens(refresh(base, tool, issued.grants[0]?.refresh_token ?? ""));
    expect(await refusal(poll(base, tool, device_code))).toEqual(INVALID_GRANT);
    expect(await refusal(refresh(base, tool, renewed.refresh_token))).toEqual(INVALID_GRANT);
    expect((await call(base, "/me", issued.access_token)).status).toBe(401);
    expect(await refusal(tryEnter(owner.browser, user_code))).toEqual([409, "already_decided"]);
  });
});

test("[device/hashed] neither code is in the database", async () => {
  const begun = await beginDevice(base, tool);
  await enter(owner.browser, begun.user_code);
  const bytes = world.databaseBytes();
  expect(bytes.includes(begun.device_code)).toBe(false);
  expect(bytes.includes(begun.user_code)).toBe(false);
  expect(bytes.includes(begun.user_code.replace("-", ""))).toBe(false);
});

test("[device/ceiling] no more is granted than the app may hold", async () => {
  const narrow = await world.app({ type: "native", deviceFlow: true, scopes: ["org:read", "keys:read"] });
  const { device_code, user_code } = await beginDevice(base, narrow, { scope: ALL_SCOPES.join(" ") });
  await allow(owner.browser, user_code);
  expect((await tokens(poll(base, narrow, device_code))).scope).toBe("org:read keys:read");
});

/** A registered public app on loopback. */
async function register(metadata: object): Promise<App> {
  const redirectUri = "http://127.0.0.1/callback";
  const fields = { client_name: "Terminal", redirect_uris: [redirectUri], ...metadata };
  const answer = await world.register(fields);
  const { client_id } = (await answer.json()) as { client_id: string };
  return { clientId: client_id, secret: null, redirectUri };
}

/** Which fields there are, and of which type. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
}
