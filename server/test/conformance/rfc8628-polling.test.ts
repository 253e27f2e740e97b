import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { allow, beginDevice, DEVICE_GRANT, enter, poll, refuse, tryEnter } from "../support/device.ts";
import {
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

describe("polling", () => {
  test("[device/whole-flow] what a device receives is what a code is exchanged for, and works alike", async () => {
    for (const app of [tool, box]) {
      const { device_code, user_code } = await beginDevice(base, app);
      expect(await refusal(poll(base, app, device_code))).toEqual(PENDING);
      await allow(owner.browser, user_code);
      const answer = await poll(base, app, device_code);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
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

/** Which fields there are, and of which type. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
}
