import { afterAll, expect, test } from "vitest";
import {
  basic,
  call,
  connect,
  exchange,
  installationToken,
  post,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const INVALID_GRANT = [400, "invalid_grant"];

const world = await startWorld();
const { base, owner, web, native } = world;
afterAll(() => world.close());

test("[revoke/refresh-token] a revoked refresh token is refused from then on", async () => {
  for (const app of [web, native]) {
    const issued = await issue(app);
    expect((await post(base, "revoke", app, { token: issued.refresh_token })).status).toBe(200);
    expect(await refusal(refresh(base, app, issued.refresh_token))).toEqual(INVALID_GRANT);
  }
});

test("[revoke/access-token] a revoked access token is refused from then on", async () => {
  const issued = await issue();
  expect((await call(base, "/me", issued.access_token)).status).toBe(200);
  expect((await post(base, "revoke", web, { token: issued.access_token })).status).toBe(200);
  expect((await call(base, "/me", issued.access_token)).status).toBe(401);
});

test("[revoke/ends-the-family] any token of a family takes the rest of the family along, and no other", async () => {
  for (const kind of ["access_token", "refresh_token"] as const) {
    const issued = await issue();
    const other = await issue();
    const token = await installationToken(base, issued);
    expect((await post(base, "revoke", web, { token: issued[kind] })).status).toBe(200);
    expect((await call(base, "/me", issued.access_token)).status).toBe(401);
    expect((await call(base, "/organizations", token)).status).toBe(401);
    expect(await refusal(refresh(base, web, issued.refresh_token))).toEqual(INVALID_GRANT);
    await tokens(refresh(base, web, other.refresh_token));
  }
});

test("[revoke/token-required] a request without token is malformed", async () => {
  expect(await refusal(post(base, "revoke", web, {}))).toEqual([400, "invalid_request"]);
});

test("[revoke/wrong-hint] a wrong or unknown hint changes nothing", async () => {
  for (const hint of ["access_token", "saml2", "x".repeat(2000)]) {
    const issued = await issue();
    const fields = { token: issued.refresh_token, token_type_hint: hint };
    expect((await post(base, "revoke", web, fields)).status, hint).toBe(200);
    expect(await refusal(refresh(base, web, issued.refresh_token))).toEqual(INVALID_GRANT);
  }
});

test("[revoke/authentication] the app authenticates as at the token endpoint", async () => {
  const issued = await issue();
  const fields = { token: issued.refresh_token, client_id: web.clientId };
  const wrong = await post(base, "revoke", null, { token: issued.refresh_token }, basic(web, "wrong"));
  expect(wrong.headers.get("www-authenticate")).toMatch(/^Basic /);
  expect(await refusal(wrong)).toEqual([401, "invalid_client"]);
  expect(await refusal(post(base, "revoke", null, fields))).toEqual([401, "invalid_client"]);
  await tokens(refresh(base, web, issued.refresh_token));
});

test("[revoke/foreign-token-unharmed] another app's token is answered like an unknown one and lives on", async () => {
  const issued = await issue();
  for (const stranger of [await world.app(), native]) {
    for (const token of [issued.refresh_token, issued.access_token]) {
      expect((await post(base, "revoke", stranger, { token })).status).toBe(200);
    }
  }
  expect((await call(base, "/me", issued.access_token)).status).toBe(200);
  await tokens(refresh(base, web, issued.refresh_token));
});

test("[revoke/unknown-token] an unknown token is a success", async () => {
  for (const token of ["x", "rt_x", "bi_oat_x", "eyJhbGciOiJub25lIn0.e30.", "x".repeat(8000)]) {
    expect((await post(base, "revoke", web, { token })).status).toBe(200);
  }
});

async function issue(app = web) {
  return tokens(exchange(base, app, await connect(owner.browser, app)));
}
