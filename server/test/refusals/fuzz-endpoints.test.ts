import { request } from "node:http";
import type { OpaqueCredentialKind } from "@parlance/contract/credentials";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieNames } from "../../src/platform/cookie-names.ts";
import { newCredential } from "../../src/platform/credential.ts";
import { ENGINES } from "../support/databases.ts";
import { beginDevice, DEVICE_GRANT, type DeviceCodes } from "../support/device.ts";
import { type App, authorize, basic, connect, form, type TokenAnswer } from "../support/flow.ts";
import { hostileText, hostileValue } from "./hostile.ts";
import type { Scene } from "./scene.ts";
import { expectNoSurprise, expectSound, RUNS, startUnlimited } from "./sound.ts";

/** Everything that is not an operation: whatever is sent, the answer is never a 5xx. */
describe.each(ENGINES)("$engine", ({ open }) => {
  let scene: Scene;
  let app: App;
  let issued: TokenAnswer;
  let usedCode: string;
  let device: DeviceCodes;

  beforeAll(async () => {
    scene = await startUnlimited(open);
    app = scene.app;
    issued = await scene.letIn(scene.people.owner, app, { organizations: [scene.organization] });
    usedCode = (await connect(scene.people.owner.browser, app)).code;
    await scene.server.ctx.db.write((tx) =>
      tx.updateTable("apps").set({ deviceFlowAt: 1 }).where("id", "=", app.clientId).execute(),
    );
    device = await beginDevice(scene.base, app);
  });
  afterAll(() => scene.server.close());

  test("authorize", async () => {
    const query = fields({
      response_type: ["code", "token"],
      client_id: () => [app.clientId],
      redirect_uri: () => [app.redirectUri],
      scope: [ALL_SCOPES.join(" "), "openid org:read"],
      state: ["abc"],
      code_challenge: ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
      code_challenge_method: ["S256"],
      resource: () => [scene.server.ctx.config.MCP_URL],
      prompt: ["none", "login"],
      organization: () => [scene.organization.slug],
    });
    const { browser } = scene.people.owner;
    await tryAll(query, async (sent) => {
      const response = browser.request(`/api/auth/mcp/authorize?${encoded(sent)}`);
      const location = (await response).headers.get("location");
      // Only to where the app registered, or on to the consent page.
      if (location) expect([new URL(app.redirectUri).origin, scene.base]).toContain(new URL(location).origin);
      await expectSound(response);
    });
  });

  test.each(["token", "revoke", "introspect", "device_authorization"] as const)("%s", async (endpoint) => {
    const kinds: OpaqueCredentialKind[] = [
      ...(["authorization_code", "device_code", "refresh_token", "installation_token"] as const),
    ];
    const credentials = () => [
      issued.refresh_token,
      issued.access_token,
      usedCode,
      device.device_code,
      ...kinds.map(newCredential),
    ];
    const body = fields({
      grant_type: ["authorization_code", "refresh_token", DEVICE_GRANT, "password"],
      code: credentials,
      device_code: credentials,
      refresh_token: credentials,
      token: credentials,
      token_type_hint: ["access_token"],
      redirect_uri: () => [app.redirectUri],
      code_verifier: ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"],
      scope: ["org:read"],
      resource: () => [scene.server.ctx.config.MCP_URL],
    });
    const authorization = fc.oneof(
      { weight: 6, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: hostileText.map((text) => `Basic ${btoa(encodeURIComponent(text.toWellFormed()))}`),
      },
      { weight: 1, arbitrary: fc.base64String().map((text) => `Basic ${text}`) },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme-ascii" }).map((text) => text.trim()) },
    );
    await tryAll(fc.tuple(body, authorization), async ([sent, header]) => {
      const headers = header === null ? basic(app) : { authorization: header };
      const response = fetch(`${scene.base}/api/auth/mcp/${endpoint}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
        body: encoded(sent),
      });
      await expectSound(response);
    });
  });

  test.each([
    [
      "/api/auth/mcp/register",
      { redirect_uris: ["https://new.example/"], client_name: "New", scope: "org:read" },
    ],
    [
      "/api/auth/sign-up/email",
      { name: "New", email: "new@example.com", password: "long enough", callbackURL: "/" },
    ],
    ["/api/auth/sign-in/email", { email: "new@example.com", password: "x", rememberMe: true }],
    ["/api/auth/request-password-reset", { email: "new@example.com", redirectTo: "/reset-password" }],
    ["/api/auth/reset-password", { newPassword: "long enough", token: "x" }],
    ["/api/auth/send-verification-email", { email: "new@example.com", callbackURL: "/" }],
  ])("%s", async (path, valid) => {
    const { browser } = scene.people.stranger;
    await tryAll(near(valid), (body) => expectSound(browser.post(path, body)), RUNS.account);
  });

  test("the code of a device", async () => {
    const { browser } = scene.people.owner;
    const { user_code } = device;
    const typed = fc.oneof(
      near({ user_code }),
      hostileText.map((text) => ({ user_code: text })),
    );
    await tryAll(typed, (body) => expectSound(browser.post("/api/auth/mcp/device", body)));
  });

  test("a consent decision", async () => {
    const { browser } = scene.people.owner;
    const { requestId } = await authorize(browser, app);
    const choice = { organization_id: scene.organization.id, projects: [scene.project.id] };
    const body = near({ approve: true, organizations: [choice], scopes: ["org:read"] });
    const id = fc.oneof(
      { weight: 5, arbitrary: fc.constant(requestId as string) },
      { weight: 1, arbitrary: hostileText },
    );
    await tryAll(fc.tuple(id, body), async ([at, decision]) => {
      const path = `/api/auth/mcp/requests/${encodeURIComponent(at.toWellFormed())}`;
      await expectSound(browser.post(`${path}/decision`, decision));
      await expectSound(browser.request(path));
      await expectSound(browser.request(`${path}/continue`));
    });
  });

  test("credentials in headers and cookies", async () => {
    const visible = fc.oneof(
      fc.string({
        unit: fc
          .integer({ min: 0x20, max: 0xff })
          .map((code) => String.fromCharCode(code === 0x7f ? 0x80 : code)),
      }),
      fc.constantFrom(
        "Bearer",
        "Bearer  ",
        "Bearer a.b.c",
        "Bearer eyJ.eyJ.eyJ",
        "Basic",
        "x".repeat(20_000),
      ),
    );
    const paths = ["/api/auth/mcp/userinfo", "/api/oauth-client/me", "/api/oauth-client/organizations"];
    const more = [...paths, "/api/dashboard/sessions", "/api/auth/get-session", "/api/auth/mcp/authorize"];
    const names = Object.values(cookieNames(scene.server.ctx.config));
    await tryAll(
      fc.tuple(fc.constantFrom(...more), visible, visible),
      async ([path, authorization, cookie]) => {
        const cookies = names.map((name) => `${name}=${cookie}`).join("; ");
        const headers = { authorization: authorization.trim(), cookie: cookies };
        await expectSound(fetch(scene.base + path, { headers }));
      },
    );
  });

  test("verification links", async () => {
    const token = fc.oneof(hostileText, fc.constantFrom(issued.access_token, "a.b.c", issued.refresh_token));
    await tryAll(fc.tuple(token, hostileText), ([value, callbackURL]) =>
      expectSound(
        fetch(`${scene.base}/api/auth/verify-email?${form({ token: value, callbackURL })}`, {
          redirect: "manual",
        }),
      ),
    );
  });

  test("addresses of every kind, as raw bytes", async () => {
    const begins = [
      "/cdn",
      "/api/oauth-client/v1/projects",
      "/api/dashboard/organizations",
      "/api/auth",
      "/connect",
      "/invitations",
    ];
    const more = [
      "/assets",
      "/icons",
      "/.well-known",
      "/api/auth/mcp/requests",
      "/organizations",
      "/settings",
      "",
    ];
    const garbage = [
      "..",
      ".",
      "%2e%2e",
      "..%2f",
      "%00",
      "%ff",
      "%",
      "%zz",
      "%c0%af",
      "%ed%a0%80",
      "%5c",
      "%252e",
      "//",
    ];
    const known = [
      scene.organization.slug,
      scene.project.slug,
      "en",
      "manifest.json",
      "translations.json",
      "@production",
    ];
    const part = fc.oneof(
      fc.constantFrom(...garbage, ...known, "a".repeat(9000)),
      hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
    );
    const path = fc.tuple(
      fc.constantFrom(...begins, ...more),
      fc.array(part, { maxLength: 5 }),
      fc.constantFrom("", "?%", "?%ff=%00", "?a[b]=1&a=2"),
    );
    const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PROPFIND");
    await tryAll(fc.tuple(method, path), async ([verb, [begin, parts, query]]) => {
      const status = await raw(
        scene.base,
        verb,
        `${[begin, ...parts].join("/")}${query}`.slice(0, 20_000) || "/",
      );
      expect(status).toBeLessThan(500);
    });
  });

  async function tryAll<Sent>(
    arbitrary: fc.Arbitrary<Sent>,
    attempt: (sent: Sent) => Promise<void>,
    runs = RUNS.endpoint,
  ): Promise<void> {
    const since = scene.server.log().length;
    await fc.assert(fc.asyncProperty(arbitrary, attempt), runs);
    expectNoSurprise(scene, since);
  }
});

type Fields = Record<string, unknown>;

/** Each field right, wrong, missing or twice. */
function fields(known: Record<string, string[] | (() => string[])>): fc.Arbitrary<[string, string][]> {
  const each = Object.entries(known).map(([name, values]) => {
    const right = fc.nat().map((at) => {
      const some = typeof values === "function" ? values() : values;
      return some[at % some.length] as string;
    });
    const value = fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: hostileText });
    const count = { minLength: 0, maxLength: 1 };
    return fc.array(value, count).map((all) => all.map((one): [string, string] => [name, one]));
  });
  const strange = fc.array(fc.tuple(hostileText, hostileText), { maxLength: 1 });
  return fc.tuple(fc.tuple(...each), strange).map(([some, more]) => [...some.flat(), ...more]);
}

function encoded(sent: [string, string][]): URLSearchParams {
  return new URLSearchParams(
    sent.map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]),
  );
}

/** The valid body with one or two fields replaced, or something that is no such body at all. */
function near(valid: Fields): fc.Arbitrary<unknown> {
  const change = fc.dictionary(fc.constantFrom(...Object.keys(valid)), hostileValue, { maxKeys: 2 });
  return fc.oneof(
    { weight: 5, arbitrary: change.map((some) => ({ ...valid, ...some })) },
    { weight: 1, arbitrary: hostileValue },
  );
}

/** Sends the path as it is: nothing is resolved or encoded on the way. */
function raw(base: string, method: string, path: string): Promise<number> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end();
  });
}
