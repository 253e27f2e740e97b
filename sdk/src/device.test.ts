import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeServer, refusal, URL_OF_SERVER } from "../test/fake-server.ts";
import { SettingsError } from "./errors.ts";
import { createParlance } from "./parlance.ts";

const DEVICE = "/api/auth/mcp/device_authorization";
const TOKEN = "/api/auth/mcp/token";
const METADATA = "/.well-known/oauth-authorization-server";
const CODES = {
  device_code: "dc_1",
  user_code: "BCDF-GHJK",
  verification_uri: `${URL_OF_SERVER}/device`,
  verification_uri_complete: `${URL_OF_SERVER}/device?user_code=BCDF-GHJK`,
  expires_in: 600,
  interval: 5,
};

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  server = new FakeServer();
  const { [METADATA]: metadata, [TOKEN]: token } = server.answers;
  const given = token?.bind(undefined, 1);
  Object.assign(server.answers, {
    [METADATA]: async (...args: [number, never]) => {
      const known = (await metadata?.(...args)) as Response;
      return Response.json({
        ...((await known.json()) as object),
        device_authorization_endpoint: URL_OF_SERVER + DEVICE,
      });
    },
    [DEVICE]: () => Response.json(CODES),
    granted: given,
  });
});
afterEach(() => void vi.useRealTimers());

/** What the token endpoint answers one poll after the other; then tokens. */
function answerPolls(...answers: (Response | Error)[]): void {
  const granted = server.answers.granted;
  server.answers[TOKEN] = (count, asked) =>
    answers[count - 1] ?? granted?.(count, asked) ?? new Error("no answer");
}

const parlance = () => createParlance(server.options({ scopes: ["org:read"] }));

/** Lets so much time pass, by every clock. */
async function pass(milliseconds: number): Promise<void> {
  server.now += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("a device without a browser", () => {
  test("shows what the server answered, waits, and is connected", async () => {
    answerPolls(refusal(400, "authorization_pending"), refusal(400, "authorization_pending"));
    const app = parlance();
    const { connected, ...shown } = await app.authorizeDevice({ userId: "ada", organization: "acme" });
    expect(shown).toEqual({
      userCode: "BCDF-GHJK",
      verificationUri: CODES.verification_uri,
      verificationUriComplete: CODES.verification_uri_complete,
      expiresAt: server.now + 600_000,
    });
    const begun = new URLSearchParams(server.asked.at(-1)?.body);
    expect(Object.fromEntries(begun)).toEqual({
      scope: "org:read",
      organization: "acme",
      client_id: "app_1",
    });
    const connections = connected();
    await pass(4999);
    expect(server.count(TOKEN)).toBe(0);
    await pass(1);
    await pass(5000);
    expect(server.count(TOKEN)).toBe(2);
    await pass(5000);
    expect((await connections).map(({ userId, grantId }) => [userId, grantId])).toEqual([
      ["ada", "grt_1"],
      ["ada", "grt_2"],
    ]);
    expect(await app.connections("ada")).toHaveLength(2);
    expect(
      Object.fromEntries(new URLSearchParams(server.asked.find(({ path }) => path === TOKEN)?.body)),
    ).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "dc_1",
      client_id: "app_1",
    });
  });

  test("slows down by five seconds each time it is told to", async () => {
    answerPolls(refusal(400, "slow_down"), refusal(400, "slow_down"));
    const { connected } = await parlance().authorizeDevice({ userId: "ada" });
    const connections = connected();
    await pass(5000);
    await pass(9999);
    expect(server.count(TOKEN)).toBe(1);
    await pass(1);
    await pass(14_999);
    expect(server.count(TOKEN)).toBe(2);
    await pass(1);
    expect(await connections).toHaveLength(2);
  });

  test.each([
    ["access_denied", refusal(400, "access_denied")],
    ["expired_token", refusal(400, "expired_token")],
  ])("is told of %s as at a callback", async (code, answer) => {
    answerPolls(answer);
    const { connected } = await parlance().authorizeDevice({ userId: "ada" });
    const failed = expect(connected()).rejects.toMatchObject({ name: "AuthorizationError", code });
    await pass(5000);
    await failed;
  });

  test("waits longer for a server that cannot be reached, and no longer than the codes live", async () => {
    answerPolls(...Array.from({ length: 100 }, () => new Error("the line is dead")));
    const { connected } = await parlance().authorizeDevice({ userId: "ada" });
    const failed = expect(connected()).rejects.toMatchObject({ code: "expired_token" });
    for (let second = 0; second < 700; second += 5) await pass(5000);
    await failed;
    // Three attempts each time: after 5, 10, 20, 40 and then 60 seconds.
    expect(server.count(TOKEN)).toBeLessThanOrEqual(3 * 14);
  });

  test("stops when nobody waits any more", async () => {
    answerPolls(...Array.from({ length: 100 }, () => refusal(400, "authorization_pending")));
    const { connected } = await parlance().authorizeDevice({ userId: "ada" });
    const stop = new AbortController();
    const failed = expect(connected({ signal: stop.signal })).rejects.toThrow("enough");
    await pass(5000);
    stop.abort(new Error("enough"));
    await failed;
    await pass(60_000);
    expect(server.count(TOKEN)).toBe(1);
  });

  test("is refused where the server has no such endpoint, and an address is missing only where one is needed", async () => {
    const plain = new FakeServer();
    await expect(createParlance(plain.options()).authorizeDevice({ userId: "ada" })).rejects.toThrow(
      SettingsError,
    );
    const { redirectUri: _, ...options } = server.options();
    const app = createParlance(options);
    expect((await app.authorizeDevice({ userId: "ada" })).userCode).toBe("BCDF-GHJK");
    await expect(app.authorizeUrl({ userId: "ada" })).rejects.toThrow("redirectUri is missing");
  });
});
