import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  type App,
  authorize,
  basic,
  connect,
  exchange,
  post,
  readRequest,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const REDIRECT = "https://app.example/callback";

const world = await startWorld();
const { base, owner } = world;
afterAll(() => world.close());
// Twenty registrations an hour from one address: each test has its own hour.
beforeEach(() => world.advance(3601));

interface Registered extends Record<string, unknown> {
  client_id: string;
  client_secret?: string;
}

test("[register/answer] a registration is a 201 with a client_id and everything as registered", async () => {
  const answer = await world.register({ redirect_uris: [REDIRECT], client_name: "Sprout" });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("content-type")).toContain("application/json");
  const body = (await answer.json()) as Registered;
  expect(body).toMatchObject({ redirect_uris: [REDIRECT], client_name: "Sprout" });
  expect(body.client_id).toMatch(/^app_/);
  const app: App = { clientId: body.client_id, secret: null, redirectUri: REDIRECT };
  await tokens(exchange(base, app, await connect(owner.browser, app)));
});

test("[register/defaults] what was left out is answered as it was filled in", async () => {
  expect(await registered({ redirect_uris: [REDIRECT] })).toMatchObject({
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    application_type: "web",
    scope: ALL_SCOPES.join(" "),
  });
  for (const uri of ["http://127.0.0.1/cb", "com.example.app:/cb"]) {
    expect(await registered({ redirect_uris: [uri] })).toMatchObject({ application_type: "native" });
  }
  expect(await registered({ redirect_uris: [REDIRECT], scope: "keys:read org:read" })).toMatchObject({
    scope: "org:read keys:read",
  });
});

test("[register/type-is-recorded] the type comes from the registration, not from what an app does later", async () => {
  const loopback = { redirect_uris: ["http://127.0.0.1:4000/cb"], application_type: "web" };
  const body = await registered(loopback);
  expect(body).toMatchObject({ application_type: "web" });
  const app: App = { clientId: body.client_id, secret: null, redirectUri: "http://127.0.0.1:4001/cb" };
  await tokens(exchange(base, app, await connect(owner.browser, app)));
  expect(await registered({ ...loopback, application_type: "native" })).toMatchObject({
    application_type: "native",
  });
});

test("[register/unknown-is-ignored] unknown metadata is ignored", async () => {
  const body = await registered({
    redirect_uris: [REDIRECT],
    "client_name#de": "Spross",
    software_id: "x",
    dpop_bound_access_tokens: true,
    vendor: { nested: [1] },
  });
  expect(body).not.toHaveProperty("vendor");
});

test("[register/consistent] grant types, response types and methods that are not here are replaced by those that are", async () => {
  for (const more of [
    { grant_types: ["implicit"], response_types: ["token"] },
    { grant_types: ["client_credentials"] },
    { grant_types: ["authorization_code"], response_types: ["token"] },
    { grant_types: [], response_types: [] },
    { grant_types: "authorization_code", response_types: null },
    { token_endpoint_auth_method: "private_key_jwt" },
    { token_endpoint_auth_method: 1 },
  ]) {
    expect(await registered({ redirect_uris: [REDIRECT], ...more }), JSON.stringify(more)).toMatchObject({
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    });
  }
});

test("[register/name-as-sent] the consent page is given the name as it was sent", async () => {
  const name = "Spröß & Söhne <b>\u202e";
  const body = await registered({ redirect_uris: [REDIRECT], client_name: name });
  expect(body.client_name).toBe(name);
  const app: App = { clientId: body.client_id, secret: null, redirectUri: REDIRECT };
  const { requestId } = await authorize(owner.browser, app);
  expect((await readRequest(owner.browser, requestId!)).client).toMatchObject({ name, verified: false });
});

test("[register/links-are-inert] of an app's links only its homepage is kept, and that must be a web address", async () => {
  const links = {
    client_uri: "https://sprout.example/about",
    logo_uri: "https://sprout.example/logo.png",
    tos_uri: "https://sprout.example/terms",
    policy_uri: "https://sprout.example/privacy",
  };
  const body = await registered({ redirect_uris: [REDIRECT], ...links });
  const app: App = { clientId: body.client_id, secret: null, redirectUri: REDIRECT };
  const { requestId } = await authorize(owner.browser, app);
  const { client } = await readRequest(owner.browser, requestId!);
  expect(client).toMatchObject({ homepage: links.client_uri, icon_url: null });
  for (const left of [links.logo_uri, links.tos_uri, links.policy_uri]) {
    expect(JSON.stringify(client)).not.toContain(left);
  }
  for (const client_uri of [
    "javascript:alert(1)",
    "data:text/html,x",
    "https://good.example@evil.example/",
  ]) {
    expect(await registered({ redirect_uris: [REDIRECT], client_uri }), client_uri).not.toHaveProperty(
      "client_uri",
    );
  }
});

test("[register/json-only] anything but a JSON object is refused", async () => {
  for (const [type, body] of [
    ["application/x-www-form-urlencoded", `redirect_uris=${REDIRECT}`],
    ["text/plain", JSON.stringify({ redirect_uris: [REDIRECT] })],
    ["application/json", "{"],
    ["application/json", "[]"],
    ["application/json", "null"],
  ] as const) {
    const headers = { "content-type": type };
    const answer = await fetch(`${base}/api/auth/mcp/register`, { method: "POST", headers, body });
    expect([400, 415], `${type} ${body}`).toContain(answer.status);
  }
});

test("[register/redirect-uri-required] nobody registers without a redirect URI", async () => {
  for (const uris of [undefined, [], [""], "x", [1]]) {
    const [status, error] = await refusal(world.register({ redirect_uris: uris }));
    expect(status, JSON.stringify(uris)).toBe(400);
    expect(["invalid_redirect_uri", "invalid_client_metadata"]).toContain(error);
  }
  expect((await world.tryApp({ redirectUris: [] })).status).toBe(400);
});

test("[register/errors] a refusal is a 400 with one of the defined codes", async () => {
  for (const [metadata, code] of [
    [{ redirect_uris: ["http://app.example/cb"] }, "invalid_redirect_uri"],
    [{ redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    [{ redirect_uris: [`${REDIRECT}?code=old`] }, "invalid_redirect_uri"],
    [{ redirect_uris: [REDIRECT, "http://app.example/cb"] }, "invalid_redirect_uri"],
    [{ redirect_uris: Array.from({ length: 21 }, (_, i) => `${REDIRECT}/${i}`) }, "invalid_redirect_uri"],
    [[{ redirect_uris: [REDIRECT] }], "invalid_client_metadata"],
  ] as const) {
    const answer = await world.register(metadata);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(await refusal(answer), JSON.stringify(metadata)).toEqual([400, code]);
  }
});

test("[register/own-parameters] a redirect URI that holds a parameter of our answer is refused by its name, at every door", async () => {
  for (const name of ["code", "state", "iss", "error"]) {
    const uri = `${REDIRECT}?${name}=old`;
    const body = await (await world.register({ redirect_uris: [uri] })).json();
    expect(body).toMatchObject({ error_description: expect.stringContaining(`query parameter ${name},`) });
    const asked = await world.tryApp({ redirectUris: [uri] });
    expect([asked.status, await asked.text()]).toEqual([400, expect.stringContaining(`parameter ${name},`)]);
  }
});

test.each([
  ["zero-width spaces", "\u200b\u200b"],
  ["a Hangul filler", "\u3164"],
  ["a soft hyphen", "\u00ad"],
  ["a Braille blank", "\u2800"],
  ["an override", "\u202e"],
  ["dots", "..."],
  ["a next line", "\u0085"],
])("[register/names-nobody] a name of %s names nobody, at every door", async (_, name) => {
  // Whoever registers by itself is not told twice: it has no name then.
  expect(await registered({ redirect_uris: [REDIRECT], client_name: name })).toMatchObject({
    client_name: "Unnamed app",
  });
  const { browser, organization } = owner;
  const apps = `/api/dashboard/organizations/${organization.id}/apps`;
  const app = { name, type: "web", redirectUris: [REDIRECT] };
  for (const [path, body] of [
    [apps, app],
    ["/api/dashboard/organizations", { name }],
    [
      "/api/oauth-client/v1/projects",
      { organizationId: organization.id, name, slug: "x-y", sourceLanguage: "en" },
    ],
    ["/api/auth/sign-up/email", { name, email: "new@example.com", password: "long enough to be taken" }],
  ] as const) {
    expect((await browser.post(path, body)).status, path).toBe(400);
  }
});

test("[register/unseen] what takes no room in a name is not shown", async () => {
  const body = await registered({
    redirect_uris: [REDIRECT],
    client_name: "Spr\u00ado\u200but\ufeff \u3164\u{1f331}",
  });
  const app: App = { clientId: body.client_id, secret: null, redirectUri: REDIRECT };
  const { requestId } = await authorize(owner.browser, app);
  const { client } = await readRequest(owner.browser, requestId!);
  expect([body.client_name, client.name]).toEqual(["Sprout \u{1f331}", "Sprout \u{1f331}"]);
});

test("[register/no-secret-for-public-types] native and browser apps get no secret", async () => {
  for (const type of ["native", "spa"] as const) {
    const answer = await world.tryApp({ type, redirectUris: ["http://localhost:4000/cb"] });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ app: { confidential: false }, clientSecret: null });
    const asked = await world.tryApp({
      type,
      confidential: true,
      redirectUris: ["http://localhost:4000/cb"],
    });
    expect(asked.status).toBe(400);
  }
  const self = await registered({ redirect_uris: ["http://127.0.0.1/cb"] });
  expect(self).not.toHaveProperty("client_secret");
  const method = { application_type: "native", token_endpoint_auth_method: "client_secret_basic" };
  const withToken = { authorization: `Bearer ${world.registrationToken}` };
  const asked = await world.register({ redirect_uris: ["http://127.0.0.1/cb"], ...method }, withToken);
  const body = (await asked.json()) as Registered;
  expect(body).toMatchObject({ token_endpoint_auth_method: "none" });
  expect(body).not.toHaveProperty("client_secret");
});

test("[register/secret-method] a secret needs the registration token and says when it ends", async () => {
  const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: "client_secret_basic" };
  const anonymous = await registered(metadata);
  expect(anonymous).toMatchObject({ token_endpoint_auth_method: "none" });
  expect(anonymous).not.toHaveProperty("client_secret");
  const wrong = await world.register(metadata, { authorization: "Bearer wrong-registration-token" });
  expect([wrong.status, wrong.headers.get("www-authenticate")]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ]);
  const authorization = `Bearer ${world.registrationToken}`;
  const body = (await (await world.register(metadata, { authorization })).json()) as Registered;
  expect(body).toMatchObject({
    client_secret_expires_at: 0,
    token_endpoint_auth_method: "client_secret_basic",
  });
  const app: App = { clientId: body.client_id, secret: body.client_secret!, redirectUri: REDIRECT };
  await tokens(exchange(base, app, await connect(owner.browser, app)));
});

test("[register/no-store] an answer with a credential may not be cached", async () => {
  const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: "client_secret_post" };
  const answer = await world.register(metadata, { authorization: `Bearer ${world.registrationToken}` });
  expect(answer.headers.get("cache-control")).toContain("no-store");
  expect(answer.headers.get("pragma")).toBe("no-cache");
});

test("[register/unique] every app has an id and a secret of its own, chosen by the server", async () => {
  const metadata = {
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: "client_secret_basic",
    client_id: owner.userId,
    client_secret: "chosen-by-the-client",
    software_id: "same",
  };
  const headers = { authorization: `Bearer ${world.registrationToken}` };
  const all = await Promise.all(
    Array.from(
      { length: 5 },
      async () => (await (await world.register(metadata, headers)).json()) as Registered,
    ),
  );
  expect(new Set(all.map((each) => each.client_id)).size).toBe(5);
  expect(new Set(all.map((each) => each.client_secret)).size).toBe(5);
  expect(all.every((each) => each.client_id.startsWith("app_"))).toBe(true);
  const [one, two] = all as [Registered, Registered];
  const mixed: App = { clientId: one.client_id, secret: two.client_secret!, redirectUri: REDIRECT };
  const answer = post(
    base,
    "token",
    null,
    { grant_type: "refresh_token", refresh_token: "rt_x" },
    basic(mixed),
  );
  expect(await refusal(answer)).toEqual([401, "invalid_client"]);
});

test("[register/rate-limited] one address registers twenty apps an hour", async () => {
  const statuses: number[] = [];
  for (let index = 0; index < 21; index++) {
    statuses.push((await world.register({ redirect_uris: [REDIRECT], client_name: `App ${index}` })).status);
  }
  expect(statuses.slice(0, 20).every((status) => status === 201)).toBe(true);
  expect(statuses[20]).toBe(429);
});

async function registered(metadata: object): Promise<Registered> {
  const answer = await world.register(metadata);
  if (answer.status !== 201) throw new Error(`registering: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Registered;
}
