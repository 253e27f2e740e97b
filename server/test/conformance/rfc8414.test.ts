import { ALL_SCOPES, IDENTITY_SCOPES } from "@parlance/contract/scopes";
import { afterAll, expect, test } from "vitest";
import { DEVICE_GRANT } from "../support/device.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { base } = world;
const address = `${base}/.well-known/oauth-authorization-server`;
afterAll(() => world.close());

test("[metadata/well-known] the document answers GET at the well-known path", async () => {
  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(typeof (await answer.json())).toBe("object");
});

test("[metadata/issuer] issuer is exactly where the document was found", async () => {
  const { issuer } = await metadata();
  expect(issuer).toBe(base);
  const url = new URL(String(issuer));
  expect([url.search, url.hash, url.href]).toEqual(["", "", `${base}/`]);
});

test("[metadata/addresses] every advertised endpoint exists, without fragment and query", async () => {
  const document = await metadata();
  const addresses = Object.entries(document).filter(([name]) => /(_endpoint|_uri)$/.test(name));
  expect(addresses.map(([name]) => name).sort()).toEqual([
    "authorization_endpoint",
    "device_authorization_endpoint",
    "introspection_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "revocation_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
  ]);
  for (const [name, value] of addresses) {
    const url = new URL(String(value));
    expect([url.search, url.hash, url.protocol], name).toEqual(["", "", new URL(base).protocol]);
    const method = /^(device|token|revocation|introspection|registration)/.test(name) ? "POST" : "GET";
    const answer = await fetch(url, { method, redirect: "manual" });
    expect(answer.status, name).not.toBe(404);
    expect(answer.status, name).toBeLessThan(500);
  }
});

test("[metadata/scopes] the scopes are those of the table, and OpenID's names", async () => {
  const { scopes_supported } = await metadata();
  expect(scopes_supported).toEqual([...ALL_SCOPES, ...IDENTITY_SCOPES]);
});

test("[metadata/capabilities] what works is advertised, and nothing else", async () => {
  const document = await metadata();
  expect(document).toMatchObject({
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token", DEVICE_GRANT],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: expect.arrayContaining([
      "client_secret_basic",
      "client_secret_post",
      "none",
    ]),
    revocation_endpoint_auth_methods_supported: expect.arrayContaining(["client_secret_basic", "none"]),
    introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    authorization_response_iss_parameter_supported: true,
  });
  for (const [name, value] of Object.entries(document)) {
    expect(Array.isArray(value) && value.length === 0, name).toBe(false);
  }
});

test("[jwks/keys] the key set holds public signing keys, EdDSA and ES256, each with its use", async () => {
  const { jwks_uri } = await metadata();
  const answer = await fetch(String(jwks_uri));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  const { keys } = (await answer.json()) as { keys: Record<string, string>[] };
  expect(new Set(keys.map((key) => key.alg))).toEqual(new Set(["EdDSA", "ES256"]));
  for (const key of keys) {
    expect(key).toMatchObject({ use: "sig", kid: expect.any(String) });
    for (const secret of ["d", "k", "p", "q"]) expect(key).not.toHaveProperty(secret);
  }
});

async function metadata(): Promise<Record<string, unknown>> {
  return (await (await fetch(address)).json()) as Record<string, unknown>;
}
