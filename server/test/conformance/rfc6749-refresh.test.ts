import { CREDENTIALS } from "@parlance/contract/credentials";
import { decodeJwt } from "jose";
import { afterAll, expect, test } from "vitest";
import {
  type App,
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
const HOUR = 60 * 60;
const WIDE = "org:read projects:read keys:read";

const world = await startWorld();
const { base, owner, web, native } = world;
afterAll(() => world.close());

test("[refresh/answer] a refresh answers a new access token, a refresh token, life, scope and grants", async () => {
  const issued = await issue(web);
  const answer = await refresh(base, web, issued.refresh_token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toContain("no-store");
  const next = await tokens(answer);
  expect(next).toMatchObject({
    token_type: "Bearer",
    expires_in: CREDENTIALS.access_token.lifeSeconds,
    scope: WIDE,
    grant_id: issued.grant_id,
  });
  expect(next.access_token).not.toBe(issued.access_token);
  expect(next.grants.map((grant) => grant.grant_id)).toEqual(issued.grants.map((grant) => grant.grant_id));
  expect(next.grants.some((grant) => "refresh_token" in grant)).toBe(false);
});

test("[refresh/rotates] every use answers a new refresh token, and to whoever comes late the newest", async () => {
  for (const app of [web, native]) {
    const issued = await issue(app);
    const first = await tokens(refresh(base, app, issued.refresh_token));
    expect(first.refresh_token).not.toBe(issued.refresh_token);
    const retried = await tokens(refresh(base, app, issued.refresh_token));
    expect(retried.refresh_token).toBe(first.refresh_token);
    const second = await tokens(refresh(base, app, first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const late = await tokens(refresh(base, app, issued.refresh_token));
    expect(late.refresh_token).toBe(second.refresh_token);
  }
});

test("[refresh/replay-ends-family] a parent used after its window ends the family and nothing else", async () => {
  for (const [app, window] of [
    [web, 24 * HOUR],
    [native, HOUR],
  ] as const) {
    const issued = await issue(app);
    const other = await issue(app);
    const first = await tokens(refresh(base, app, issued.refresh_token));
    world.advance(window);
    const second = await tokens(refresh(base, app, first.refresh_token));
    const token = await installationToken(base, second);
    expect(await refusal(refresh(base, app, issued.refresh_token))).toEqual(INVALID_GRANT);
    expect(await refusal(refresh(base, app, second.refresh_token))).toEqual(INVALID_GRANT);
    expect((await call(base, "/organizations", token)).status).toBe(401);
    expect((await call(base, "/me", second.access_token)).status).toBe(401);
    await tokens(refresh(base, app, other.refresh_token));
    await tokens(refresh(base, app, issued.grants[0]!.refresh_token));
  }
});

test("[refresh/strict] with a window of nothing every second use ends the family", async () => {
  const strict = await startWorld({
    REFRESH_RETRY_CONFIDENTIAL_SECONDS: "0",
    REFRESH_RETRY_PUBLIC_SECONDS: "0",
  });
  for (const app of [strict.web, strict.native]) {
    const issued = await tokens(exchange(strict.base, app, await connect(strict.owner.browser, app)));
    const first = await tokens(refresh(strict.base, app, issued.refresh_token));
    expect(await refusal(refresh(strict.base, app, issued.refresh_token))).toEqual(INVALID_GRANT);
    expect(await refusal(refresh(strict.base, app, first.refresh_token))).toEqual(INVALID_GRANT);
    expect((await call(strict.base, "/me", first.access_token)).status).toBe(401);
    await tokens(refresh(strict.base, app, issued.grants[0]!.refresh_token));
  }
  await strict.close();
});

test("[refresh/confidential-must-authenticate] an app with a secret authenticates to refresh", async () => {
  const issued = await issue(web);
  const fields = {
    grant_type: "refresh_token",
    refresh_token: issued.refresh_token,
    client_id: web.clientId,
  };
  expect(await refusal(post(base, "token", null, fields))).toEqual([401, "invalid_client"]);
  await tokens(refresh(base, web, issued.refresh_token));
});

test("[refresh/bound-to-client] another app's refresh token is refused and stays whole", async () => {
  const issued = await issue(web);
  for (const stranger of [await world.app(), native]) {
    expect(await refusal(refresh(base, stranger, issued.refresh_token))).toEqual(INVALID_GRANT);
  }
  const first = await tokens(refresh(base, web, issued.refresh_token));
  const second = await tokens(refresh(base, web, first.refresh_token));
  // Not even a token that was replaced long ago does harm in strange hands.
  expect(await refusal(refresh(base, native, issued.refresh_token))).toEqual(INVALID_GRANT);
  await tokens(refresh(base, web, second.refresh_token));
});

test("[refresh/unknown-refused] what is no refresh token of ours is refused", async () => {
  const { refresh_token, access_token } = await issue(web);
  for (const wrong of [
    "rt_",
    `${refresh_token}0`,
    refresh_token.slice(0, -1),
    access_token,
    "x".repeat(5000),
  ]) {
    expect(await refusal(refresh(base, web, wrong))).toEqual(INVALID_GRANT);
  }
});

test("[refresh/expires] a refresh token lives thirty days from its issue", async () => {
  const issued = await issue(web);
  world.advance(CREDENTIALS.refresh_token.lifeSeconds - 60);
  const next = await tokens(refresh(base, web, issued.refresh_token));
  world.advance(CREDENTIALS.refresh_token.lifeSeconds - 60);
  const last = await tokens(refresh(base, web, next.refresh_token));
  world.advance(CREDENTIALS.refresh_token.lifeSeconds + 1);
  expect(await refusal(refresh(base, web, last.refresh_token))).toEqual(INVALID_GRANT);
});

test("[refresh/scope-only-narrows] a refresh can ask for less and not for more", async () => {
  const issued = await issue(web);
  for (const wider of [`${WIDE} keys:write`, "translations:publish", "no:such"]) {
    expect(await refusal(refresh(base, web, issued.refresh_token, { scope: wider }))).toEqual([
      400,
      "invalid_scope",
    ]);
  }
  const narrow = await tokens(refresh(base, web, issued.refresh_token, { scope: "org:read" }));
  expect(narrow.scope).toBe("org:read");
  expect(decodeJwt(narrow.access_token).scope).toBe("org:read");
});

test("[refresh/successor-keeps-scope] narrowing one access token does not narrow the next", async () => {
  const issued = await issue(web);
  const narrow = await tokens(refresh(base, web, issued.refresh_token, { scope: "org:read" }));
  expect((await tokens(refresh(base, web, narrow.refresh_token))).scope).toBe(WIDE);
});

test("[refresh/capped-by-its-approval] a later, wider approval does not widen an older refresh token", async () => {
  const older = await issue(web, "org:read");
  const newer = await issue(web, `${WIDE} keys:write`);
  expect((await tokens(refresh(base, web, newer.refresh_token))).scope.split(" ")).toContain("keys:write");
  expect((await tokens(refresh(base, web, older.refresh_token))).scope).toBe("org:read");
});

async function issue(app: App, scope = WIDE) {
  const connected = await connect(owner.browser, app, { scope });
  return tokens(exchange(base, app, connected));
}
