import { CREDENTIALS } from "@parlance/contract/credentials";
import { decodeJwt } from "jose";
import { afterAll, expect, test } from "vitest";
import {
  basic,
  connect,
  exchange,
  installationToken,
  post,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const INACTIVE = { active: false };

const world = await startWorld();
const { base, owner, web, native } = world;
afterAll(() => world.close());

test("[introspect/active] an app learns about its own living tokens, ids and times only", async () => {
  const issued = await issue();
  const claims = decodeJwt(issued.access_token);
  const access = await introspect(issued.access_token);
  expect(access).toMatchObject({
    active: true,
    client_id: web.clientId,
    sub: owner.userId,
    iss: base,
    aud: claims.aud,
    exp: claims.exp,
    iat: claims.iat,
    scope: issued.scope,
  });
  expect(await introspect(issued.refresh_token)).toMatchObject({ active: true, client_id: web.clientId });
  expect(await introspect(await installationToken(base, issued))).toMatchObject({ active: true });
  for (const text of [owner.email, owner.name]) expect(JSON.stringify(access)).not.toContain(text);
});

test("[introspect/grants] a token tells what it is good for: its grant and organization, or its grants", async () => {
  const issued = await issue();
  const [grant] = issued.grants;
  const token = await introspect(await installationToken(base, issued));
  expect(token).toMatchObject({ grant_id: issued.grant_id, organization_id: grant?.organization_id });
  const narrow = await tokens(refresh(base, web, issued.refresh_token, { scope: "org:read" }));
  const { refresh_token: _, ...shown } = grant!;
  expect((await introspect(issued.access_token)).grants).toEqual([shown]);
  expect((await introspect(narrow.access_token)).grants).toEqual([{ ...shown, scopes: ["org:read"] }]);
  expect(await introspect(issued.grants[0]!.refresh_token)).not.toHaveProperty("grants");
});

test("[introspect/no-store] the answer may not be cached", async () => {
  const answer = await post(base, "introspect", web, { token: (await issue()).access_token });
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(answer.headers.get("cache-control")).toContain("no-store");
});

test("[introspect/post-only] only POST is taken", async () => {
  const { access_token } = await issue();
  const answer = await fetch(`${base}/api/auth/mcp/introspect?token=${access_token}`, {
    headers: basic(web),
  });
  expect([404, 405]).toContain(answer.status);
});

test("[introspect/token-required] a request without token is malformed", async () => {
  expect(await refusal(post(base, "introspect", web, {}))).toEqual([400, "invalid_request"]);
});

test("[introspect/wrong-hint] a wrong or unknown hint changes nothing", async () => {
  const { access_token, refresh_token } = await issue();
  for (const [token, token_type_hint] of [
    [access_token, "refresh_token"],
    [refresh_token, "access_token"],
    [refresh_token, "no-such-kind"],
  ] as const) {
    const answer = await post(base, "introspect", web, { token, token_type_hint });
    expect(await answer.json()).toMatchObject({ active: true });
  }
});

test("[introspect/authentication] nobody asks without the secret of an app", async () => {
  const { access_token: token } = await issue();
  expect(await refusal(post(base, "introspect", null, { token }))).toEqual([401, "invalid_client"]);
  const named = { token, client_id: web.clientId };
  expect(await refusal(post(base, "introspect", null, named))).toEqual([401, "invalid_client"]);
  const wrong = await post(base, "introspect", null, { token }, basic(web, "wrong"));
  expect(wrong.headers.get("www-authenticate")).toMatch(/^Basic /);
  expect(await refusal(wrong)).toEqual([401, "invalid_client"]);
});

test("[introspect/foreign] another app's token, and any token to a public app, is just inactive", async () => {
  const issued = await issue();
  const stranger = await world.app();
  for (const token of [issued.access_token, issued.refresh_token, await installationToken(base, issued)]) {
    expect(await (await post(base, "introspect", stranger, { token })).json()).toEqual(INACTIVE);
  }
  const own = await tokens(exchange(base, native, await connect(owner.browser, native)));
  const answer = await post(base, "introspect", native, { token: own.access_token });
  expect([200, 401]).toContain(answer.status);
  if (answer.status === 200) expect(await answer.json()).toEqual(INACTIVE);
});

test("[introspect/ended] an unknown, revoked or ended token is inactive and nothing more", async () => {
  const issued = await issue();
  const token = await installationToken(base, issued);
  await post(base, "revoke", web, { token: issued.refresh_token });
  for (const each of [issued.access_token, issued.refresh_token, token, "x", "rt_x", "eyJ.x.y"]) {
    expect(await introspect(each)).toEqual(INACTIVE);
  }
});

test("[introspect/forged] a token with a broken signature is inactive", async () => {
  const [header, payload, signature] = (await issue()).access_token.split(".") as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9999 })).toString("base64url");
  expect(await introspect(`${header}.${changed}.${signature}`)).toEqual(INACTIVE);
  expect(await introspect(`${header}.${payload}.${signature.slice(0, -4)}AAAA`)).toEqual(INACTIVE);
});

test("[introspect/expired] an expired token is inactive", async () => {
  const issued = await issue();
  const token = await installationToken(base, issued);
  world.advance(CREDENTIALS.access_token.lifeSeconds + 1);
  expect(await introspect(issued.access_token)).toEqual(INACTIVE);
  world.advance(CREDENTIALS.installation_token.lifeSeconds);
  expect(await introspect(token)).toEqual(INACTIVE);
  world.advance(CREDENTIALS.refresh_token.lifeSeconds);
  expect(await introspect(issued.refresh_token)).toEqual(INACTIVE);
});

async function introspect(token: string): Promise<Record<string, unknown>> {
  const answer = await post(base, "introspect", web, { token });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

async function issue() {
  return tokens(exchange(base, web, await connect(owner.browser, web)));
}
