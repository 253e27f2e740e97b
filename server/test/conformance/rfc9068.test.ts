import { createPublicKey } from "node:crypto";
import { CREDENTIALS } from "@parlance/contract/credentials";
import { isScope } from "@parlance/contract/scopes";
import {
  type CryptoKey,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";
import { afterAll, expect, test } from "vitest";
import { call, connect, exchange, mint, tokens } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { base, owner, web, config } = world;
const PARTNER = `${config.API_URL}/api/oauth-client`;
afterAll(() => world.close());

test("[jwt/header] an access token is signed asymmetrically with a published key and typed at+jwt", async () => {
  const { access_token } = await issue();
  const header = decodeProtectedHeader(access_token);
  expect(header).toMatchObject({ typ: "at+jwt", alg: "EdDSA" });
  const { keys } = await keySet();
  expect(keys.find((key) => key.kid === header.kid)).toMatchObject({ alg: header.alg, use: "sig" });
  await jwtVerify(access_token, createLocalJWKSet({ keys }), {
    issuer: base,
    audience: PARTNER,
    typ: "at+jwt",
    currentDate: new Date(world.now()),
  });
});

test("[jwt/claims] it names issuer, user, audience, app, times, id and scope", async () => {
  const issued = await issue({ scope: "org:read keys:read" });
  const claims = decodeJwt(issued.access_token);
  const seconds = Math.floor(world.now() / 1000);
  expect(claims).toMatchObject({
    iss: base,
    sub: owner.userId,
    aud: PARTNER,
    client_id: web.clientId,
    scope: "org:read keys:read",
    jti: expect.any(String),
  });
  expect(Math.abs(claims.iat! - seconds)).toBeLessThanOrEqual(2);
  expect(claims.exp! - claims.iat!).toBe(CREDENTIALS.access_token.lifeSeconds);
  expect(CREDENTIALS.access_token.lifeSeconds).toBeLessThanOrEqual(3600);
  expect(decodeJwt((await issue()).access_token).jti).not.toBe(claims.jti);
});

test("[jwt/scope-is-of-the-table] OpenID's names open userinfo and are not part of the scope", async () => {
  const { access_token, scope } = await issue({ scope: "openid profile email offline_access org:read" });
  const { scope: claimed } = decodeJwt(access_token);
  expect(claimed).toBe("org:read");
  expect(scope.split(" ").every(isScope)).toBe(true);
});

test("[jwt/reads-no-resource] an access token mints and reads no resource", async () => {
  const issued = await issue();
  expect((await call(base, "/me", issued.access_token)).status).toBe(200);
  for (const path of ["/organizations", `/v1/projects/${world.projectId}`]) {
    expect((await call(base, path, issued.access_token)).status, path).toBe(401);
  }
});

test("[jwt/audience-checked] a token for MCP opens nothing of the partner API", async () => {
  const { access_token, grant_id } = await issue({ resource: config.MCP_URL });
  await expectInvalidToken(call(base, "/me", access_token));
  await expectInvalidToken(mint(base, access_token, grant_id));
  await expectInvalidToken(call(base, `/installations/${grant_id}`, access_token, { method: "DELETE" }));
});

test("[jwt/forged-refused] a token that the server did not sign is refused, however it was made", async () => {
  const { access_token } = await issue();
  const [header, payload, signature] = access_token.split(".") as [string, string, string];
  const protectedHeader = decodeProtectedHeader(access_token);
  const claims = decodeJwt(access_token);
  const own = await generateKeyPair("EdDSA");
  const published = (await keySet()).keys.find((key) => key.kid === protectedHeader.kid)!;
  const publicPem = createPublicKey({ key: published as never, format: "jwk" }).export({
    format: "pem",
    type: "spki",
  });
  const sign = (more: JWTPayload, head: object, key: CryptoKey | Uint8Array = own.privateKey) =>
    new SignJWT({ ...claims, ...more })
      .setProtectedHeader({ ...protectedHeader, ...head } as never)
      .sign(key);
  const forged = {
    "alg none": `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`,
    "alg None": `${encode({ ...protectedHeader, alg: "None" })}.${payload}.`,
    "signature cut off": `${header}.${payload}.`,
    "changed claims": `${header}.${encode({ ...claims, sub: "usr_other" })}.${signature}`,
    "changed type": `${encode({ ...protectedHeader, typ: "JWT" })}.${payload}.${signature}`,
    "key of one's own under our id": await sign({}, {}),
    "key of one's own, embedded": await sign({}, { kid: undefined, jwk: await exportJWK(own.publicKey) }),
    "public key as shared secret": await sign({}, { alg: "HS256" }, Buffer.from(publicPem)),
    "unknown key id": await sign({}, { kid: "../../etc/passwd" }),
  };
  for (const [name, token] of Object.entries(forged)) {
    await expectInvalidToken(call(base, "/me", token), name);
  }
  expect((await call(base, "/me", access_token)).status).toBe(200);
});

test("[jwt/checks] a token of our own signature is refused when type, issuer, audience or times are wrong", async () => {
  const claims = decodeJwt((await issue()).access_token);
  const seconds = Math.floor(world.now() / 1000);
  const sign = (more: JWTPayload, header = { typ: "at+jwt" } as { typ?: string }) =>
    world.signAsServer({ ...claims, ...more }, header);
  expect((await call(base, "/me", await sign({}))).status).toBe(200);
  const wrong = {
    "another type": await sign({}, { typ: "JWT" }),
    "no type": await sign({}, {}),
    "another issuer": await sign({ iss: "https://elsewhere.example" }),
    "no issuer": await sign({ iss: undefined }),
    "another audience": await sign({ aud: "https://elsewhere.example" }),
    "no audience": await sign({ aud: undefined }),
    "expired just now": await sign({ exp: seconds }),
    "no expiry": await sign({ exp: undefined }),
    "another app": await sign({ client_id: world.native.clientId }),
    "an unknown family": await sign({ family: "fam_unknown" }),
  };
  for (const [name, token] of Object.entries(wrong)) {
    await expectInvalidToken(call(base, "/me", token), name);
  }
});

// Last: it moves the clock.
test("[jwt/expires] a token is refused from its exp on", async () => {
  const { access_token, grant_id } = await issue();
  world.advance(CREDENTIALS.access_token.lifeSeconds - 5);
  expect((await call(base, "/me", access_token)).status).toBe(200);
  world.advance(6);
  await expectInvalidToken(call(base, "/me", access_token));
  await expectInvalidToken(mint(base, access_token, grant_id));
});

async function expectInvalidToken(answer: Promise<Response>, what = ""): Promise<void> {
  const response = await answer;
  expect(response.status, what).toBe(401);
  expect(response.headers.get("www-authenticate"), what).toContain('error="invalid_token"');
  expect(await response.json(), what).toMatchObject({ error: "invalid_token" });
}

async function issue(asked = {}) {
  return tokens(exchange(base, web, await connect(owner.browser, web, asked)));
}

async function keySet(): Promise<JSONWebKeySet> {
  return (await (await fetch(`${base}/api/auth/mcp/jwks`)).json()) as JSONWebKeySet;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
