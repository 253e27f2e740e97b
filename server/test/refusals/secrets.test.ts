import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CREDENTIAL_PATTERN } from "@parlance/contract/credentials";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, describe, expect, test } from "vitest";
import { hashOf } from "../../src/platform/crypto.ts";
import { allow, beginDevice, poll, tryEnter } from "../support/device.ts";
import {
  type App,
  Browser,
  call,
  connect,
  exchange,
  mint,
  post,
  refresh,
  type TokenAnswer,
} from "../support/flow.ts";
import { startServer } from "../support/server.ts";
import { mailedLink } from "../support/visitor.ts";

/**
 * A whole journey, with the log at its most talkative. Every credential that was given to anybody on the way is looked
 * for wherever it must not be: log, standard output, database and audit.
 */
const printed = capturePrinted();
const server = await startServer({ environment: { REGISTRATION_TOKEN: "a-token-that-only-tests-use" } });
const { base, ctx, database } = server;
ctx.log.level = "trace";
const issued = new Map<string, string>();
await journey();
printed.stop();
const places = {
  log: server.log(),
  "standard output": printed.text(),
  database: databaseText(),
  audit: JSON.stringify(await ctx.db.read.selectFrom("auditEntries").selectAll().execute()),
  outbox: JSON.stringify(await ctx.db.read.selectFrom("outbox").selectAll().execute()),
};
afterAll(() => server.close());

describe.each([...issued.keys()])("%s", (kind) => {
  test.each(Object.keys(places) as (keyof typeof places)[])("is not in the %s", (place) => {
    const credential = issued.get(kind) as string;
    for (const form of [credential, encodeURIComponent(credential), decodeURIComponent(credential)]) {
      expect(places[place].includes(form), `${kind} in the ${place}`).toBe(false);
    }
  });
});

describe("the search finds what is there", () => {
  test("every kind of credential was issued on the journey", () => {
    expect(issued.size).toBeGreaterThanOrEqual(25);
    for (const credential of issued.values()) expect(credential.length).toBeGreaterThanOrEqual(16);
  });

  test("what may be stored is found", () => {
    const refreshToken = issued.get("refresh token") as string;
    expect(places.database).toContain(hashOf(refreshToken));
    expect(places.audit).toContain("code.exchanged");
    expect(places.log).toContain("/api/auth/mcp/token");
  });

  test("nothing in log or audit looks like a credential at all", () => {
    for (const place of ["log", "audit", "outbox", "database"] as const) {
      expect(places[place].match(CREDENTIAL_PATTERN)).toBe(null);
    }
  });
});

/** Remembers a credential by what it is. */
function note(kind: string, credential: string | null | undefined): string {
  if (!credential) throw new Error(`no ${kind} was issued`);
  issued.set(kind, credential);
  return credential;
}

function noteCookies(whose: string, browser: Browser): void {
  for (const [name, value] of browser.cookies) note(`${whose}'s cookie ${name}`, value);
}

async function journey(): Promise<void> {
  const owner = await signUp("Olga Owner", "olga@example.com");
  await resetPassword(owner);
  const { id: organizationId } = await ok<{ id: string }>(
    owner.browser.post("/api/dashboard/organizations", { name: "Acme Words" }),
  );
  const apps = `/api/dashboard/organizations/${organizationId}/apps`;
  const created = await ok<{ app: { id: string }; clientSecret: string }>(
    owner.browser.post(apps, {
      name: "Sprout",
      type: "web",
      redirectUris: ["https://partner.example/callback"],
    }),
  );
  const app: App = {
    clientId: created.app.id,
    secret: note("client secret", created.clientSecret),
    redirectUri: "https://partner.example/callback",
  };
  const second = await ok<{ clientSecret: string }>(
    owner.browser.post(`${apps}/${app.clientId}/secrets`, {}),
  );
  note("second client secret", second.clientSecret);
  note("registered client's secret", (await register()).client_secret);

  const connected = await connect(owner.browser, app, { scope: ALL_SCOPES.join(" ") });
  note("authorization code", connected.code);
  noteCookies("the owner", owner.browser);
  const first = noteTokens("", await ok(exchange(base, app, connected)));
  const again = noteTokens("rotated ", await ok(refresh(base, app, first.refresh_token)));
  await useTokens(app, again, organizationId);
  await useDevice(app, owner.browser, `${apps}/${app.clientId}`);
  const keys = await useKeys(owner.browser, organizationId);
  await invite(owner.browser, organizationId);
  await refusals(app, connected.code, first, again);

  // Reported, revoked and ended ones are no better to find than live ones.
  const leaked = [note("reported token", await mintToken("reported", again)), second.clientSecret, ...keys];
  await ok(sendJson("/api/oauth-client/credentials/revoke", { credentials: leaked }));
  await ok(post(base, "revoke", app, { token: again.refresh_token }));
  const changed = {
    currentPassword: owner.password,
    newPassword: note("third password", "third correct horse battery"),
  };
  await ok(owner.browser.post("/api/auth/change-password", changed));
  noteCookies("the owner, password changed,", owner.browser);
  await ok(owner.browser.post("/api/auth/sign-out", {}));
}

interface Account {
  email: string;
  password: string;
  browser: Browser;
}

async function signUp(name: string, email: string): Promise<Account> {
  const password = note(`${name}'s password`, `${name}: correct horse battery`);
  const browser = new Browser(base);
  await ok(browser.post("/api/auth/sign-up/email", { name, email, password }));
  noteCookies(`${name}, signing up,`, browser);
  const link = await mailedLink(email, () => ctx.mails);
  note(`${name}'s verification link`, link.searchParams.get("token"));
  await browser.request(link.pathname + link.search);
  noteCookies(name, browser);
  return { email, password, browser };
}

async function resetPassword(account: Account): Promise<void> {
  const before = ctx.mails.length;
  const ask = { email: account.email, redirectTo: "/reset-password" };
  await ok(account.browser.post("/api/auth/request-password-reset", ask));
  const link = await mailedLink(account.email, () => ctx.mails.slice(before));
  const token = note("reset link", link.searchParams.get("token"));
  await account.browser.request(link.pathname + link.search);
  account.password = note("second password", "second correct horse battery");
  await account.browser.post("/api/auth/reset-password", {
    newPassword: account.password,
    token: `${token}x`,
  });
  await ok(account.browser.post("/api/auth/reset-password", { newPassword: account.password, token }));
  const signIn = { email: account.email, password: account.password };
  await account.browser.post("/api/auth/sign-in/email", {
    ...signIn,
    password: "a wrong password, mistyped",
  });
  await ok(account.browser.post("/api/auth/sign-in/email", signIn));
  noteCookies("the owner, signed in anew,", account.browser);
}

/** The short code is looked for in its address, because alone it is too short for this search. */
async function useDevice(app: App, browser: Browser, address: string): Promise<void> {
  await ok(browser.post(address, { deviceFlow: true }, {}, "PATCH"));
  const { device_code, user_code, verification_uri_complete } = await beginDevice(base, app);
  note("device code", device_code);
  note("address with the user code", `user_code=${user_code}`);
  await browser.request(verification_uri_complete, { headers: { accept: "text/html" } });
  await poll(base, app, device_code);
  await allow(browser, user_code.toLowerCase());
  noteTokens("the device's ", await ok(poll(base, app, device_code)));
  await poll(base, app, device_code);
  await tryEnter(browser, user_code);
}

function noteTokens(which: string, answer: TokenAnswer): TokenAnswer {
  note(`${which}access token`, answer.access_token);
  note(`${which}refresh token`, answer.refresh_token);
  for (const { refresh_token } of answer.grants)
    if (refresh_token) note(`${which}connection's refresh token`, refresh_token);
  return answer;
}

async function mintToken(which: string, { access_token, grant_id }: TokenAnswer): Promise<string> {
  const answer = await ok<{ installation_token: string }>(mint(base, access_token, grant_id));
  return note(`${which} installation token`, answer.installation_token);
}

async function useTokens(app: App, tokens: TokenAnswer, organizationId: string): Promise<void> {
  const token = await mintToken("working", tokens);
  const json = { "content-type": "application/json", "idempotency-key": "key-1" };
  const shop = JSON.stringify({ name: "Shop", slug: "shop", sourceLanguage: "en" });
  const project = await ok<{ id: string }>(
    call(base, "/v1/projects", token, { method: "POST", headers: json, body: shop }),
  );
  const keys = JSON.stringify({ keys: [{ name: "greeting", values: { en: "Hello" } }] });
  await ok(
    call(base, `/v1/projects/${project.id}/keys`, token, {
      method: "POST",
      headers: { ...json, "idempotency-key": "key-2" },
      body: keys,
    }),
  );
  await ok(call(base, `/organizations/${organizationId}/projects`, token));
  await ok(call(base, "/me", tokens.access_token));
  for (const one of [token, tokens.access_token, tokens.refresh_token]) {
    await ok(post(base, "introspect", app, { token: one }));
  }
}

/** Two secret keys and a public one, with and without success. */
async function useKeys(browser: Browser, organizationId: string): Promise<string[]> {
  const path = `/api/dashboard/organizations/${organizationId}/api-keys`;
  const make = async (what: string, kind: string) => {
    const made = await ok<{ apiKey: { id: string }; key: string }>(browser.post(path, { name: what, kind }));
    return { id: made.apiKey.id, key: note(what, made.key) };
  };
  const used = await make("secret key", "secret");
  const revoked = await make("revoked secret key", "secret");
  const shown = await make("public key", "public");
  await ok(call(base, "/organizations", used.key));
  await ok(fetch(`${base}/api/auth/get-session`, { headers: { "x-api-key": used.key } }));
  await ok(browser.post(`${path}/${revoked.id}`, {}, {}, "DELETE"));
  for (const { key } of [revoked, shown]) {
    await call(base, "/organizations", key);
    await fetch(`${base}/api/auth/get-session`, { headers: { authorization: `Bearer ${key}` } });
  }
  for (const { key } of [used, revoked, shown]) {
    await browser.request(`${path}/${key}`, { method: "DELETE", headers: { origin: base } });
    await browser.post(path, { name: key, kind: key });
    await fetch(`${base}/api/oauth-client/me?api_key=${key}`);
  }
  await ok(browser.request(path));
  return [used.key, revoked.key, shown.key];
}

async function invite(browser: Browser, organizationId: string): Promise<void> {
  const path = `/api/dashboard/organizations/${organizationId}/invitations`;
  await ok(browser.post(path, { email: "mia@example.com", role: "member" }));
  const link = await mailedLink("mia@example.com", () => ctx.mails);
  const token = note("invitation", link.pathname.split("/").at(-1));
  await fetch(link);
  await ok(fetch(`${base}/api/dashboard/invitations/by-token/${token}`));
  // Her own mail comes after the invitation.
  const invited = ctx.mails.splice(0).length;
  expect(invited).toBeGreaterThan(0);
  const mia = await signUp("Mia Member", "mia@example.com");
  await ok(mia.browser.post(`/api/dashboard/invitations/by-token/${token}/accept`, {}));
  await mia.browser.post(`/api/dashboard/invitations/by-token/${token}/accept`, {});
}

/** Credentials in the wrong place: what is refused is not written down either. */
async function refusals(app: App, code: string, first: TokenAnswer, again: TokenAnswer): Promise<void> {
  const secret = app.secret as string;
  await exchange(base, app, { code, verifier: "v".repeat(43), state: "", redirect: new URL(base) });
  await refresh(base, { ...app, secret: `${secret}x` }, first.refresh_token);
  for (const credential of [secret, code, first.refresh_token, first.access_token, again.access_token]) {
    await call(base, "/organizations", credential);
    await fetch(`${base}/api/oauth-client/me?access_token=${credential}`);
    await fetch(`${base}/api/oauth-client/v1/projects/${credential}`, {
      headers: { "x-api-key": credential },
    });
    await fetch(`${base}/${credential}`, { headers: { accept: "text/html" } });
    await fetch(`${base}/cdn/${credential}/x/manifest.json`);
    await fetch(`${base}/api/auth/verify-email?token=${credential}`, { redirect: "manual" });
    await sendJson("/api/oauth-client/v1/projects", { name: credential });
    await mint(base, again.access_token, credential, { scopes: [credential] });
  }
}

async function register(): Promise<{ client_secret: string }> {
  return ok(
    sendJson(
      "/api/auth/mcp/register",
      { redirect_uris: ["https://new.example/"], token_endpoint_auth_method: "client_secret_basic" },
      { authorization: `Bearer ${note("registration token", ctx.config.REGISTRATION_TOKEN)}` },
    ),
  );
}

function sendJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(base + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function ok<Body>(answer: Promise<Response>): Promise<Body> {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as Body;
}

/** Everything that the database has on disk: the file itself and what waits in the log beside it. */
function databaseText(): string {
  const file = database.url?.startsWith("file://")
    ? fileURLToPath(database.url)
    : (database.url ?? "").slice(5);
  const folder = dirname(file);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("\n");
}

/** What is written past the log. */
function capturePrinted() {
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => stream.write);
  const parts: string[] = [];
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    stream.write = ((part: string | Uint8Array, ...rest: never[]) => {
      parts.push(Buffer.from(part).toString());
      return write(part, ...rest);
    }) as typeof stream.write;
  }
  return {
    text: () => parts.join(""),
    stop: () => {
      for (const [index, stream] of streams.entries()) stream.write = before[index] as typeof stream.write;
    },
  };
}
