import { afterAll, expect, test } from "vitest";
import {
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

test("[code/once] a code works once", async () => {
  const connected = await connect(owner.browser, web);
  await tokens(exchange(base, web, connected));
  expect(await refusal(exchange(base, web, connected))).toEqual(INVALID_GRANT);
});

test("[code/replay-ends-tokens] a code used again later ends what was issued for it, and not the grant", async () => {
  const connected = await connect(owner.browser, web);
  const issued = await tokens(exchange(base, web, connected));
  const token = await installationToken(base, issued);
  expect(await refusal(exchange(base, web, connected))).toEqual(INVALID_GRANT);
  expect((await call(base, "/organizations", token)).status).toBe(200);
  world.advance(11);
  // Whoever lacks the verifier harms nobody.
  expect(await refusal(exchange(base, web, connected, { code_verifier: "x".repeat(43) }))).toEqual(
    INVALID_GRANT,
  );
  expect((await call(base, "/organizations", token)).status).toBe(200);
  expect(await refusal(exchange(base, web, connected))).toEqual(INVALID_GRANT);
  expect((await call(base, "/organizations", token)).status).toBe(401);
  expect((await call(base, "/me", issued.access_token)).status).toBe(401);
  for (const each of [issued, ...issued.grants]) {
    expect(await refusal(refresh(base, web, each.refresh_token))).toEqual(INVALID_GRANT);
  }
  const again = await tokens(exchange(base, web, await connect(owner.browser, web)));
  expect(again.grant_id).toBe(issued.grant_id);
});

test("[code/expires] a code lives ten minutes", async () => {
  const early = await connect(owner.browser, web);
  world.advance(595);
  await tokens(exchange(base, web, early));
  const late = await connect(owner.browser, web);
  world.advance(601);
  expect(await refusal(exchange(base, web, late))).toEqual(INVALID_GRANT);
});

test("[code/bound-to-client] another app cannot use a code, and does not burn it", async () => {
  const connected = await connect(owner.browser, web);
  expect(await refusal(exchange(base, await world.app(), connected))).toEqual(INVALID_GRANT);
  expect(await refusal(exchange(base, native, connected))).toEqual(INVALID_GRANT);
  await tokens(exchange(base, web, connected));
});

test("[code/bound-to-redirect-uri] a redirect URI in the exchange is that of the request", async () => {
  const uris = ["https://app.example/one", "https://app.example/two"];
  const app = await world.app({ redirectUris: uris });
  const connected = await connect(owner.browser, app);
  for (const other of [uris[1]!, `${uris[0]}/`, "https://evil.example/"]) {
    expect(await refusal(exchange(base, app, connected, { redirect_uri: other }))).toEqual(INVALID_GRANT);
  }
  await tokens(exchange(base, app, connected));
});

test("[code/unknown-refused] what is no code of ours is refused", async () => {
  const { code, verifier } = await connect(owner.browser, web);
  for (const wrong of ["x", code.slice(0, -1), `${code}0`, code.toLowerCase(), `rt_${code.slice(6)}`]) {
    const fields = { grant_type: "authorization_code", code: wrong, code_verifier: verifier };
    expect(await refusal(post(base, "token", web, fields)), wrong).toEqual(INVALID_GRANT);
  }
});
