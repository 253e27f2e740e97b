import { beforeEach, describe, expect, test } from "vitest";
import { connection, FakeServer, MINUTE_MS, refusal } from "../test/fake-server.ts";
import { createParlance } from "./parlance.ts";
import type { ParlanceOptions } from "./settings.ts";
import type { ConnectionStore } from "./store.ts";
import { memoryKv } from "./stores/kv.ts";
import { memoryStore } from "./stores/memory.ts";

const MINT = "/installations/grt_1/tokens";
let server: FakeServer;
let store: ConnectionStore;

beforeEach(async () => {
  server = new FakeServer();
  store = memoryStore();
  await store.upsert(connection({ accessTokenExpiresAt: server.now + 600 * MINUTE_MS }));
});

const newProcess = (change: Partial<ParlanceOptions> = {}) =>
  createParlance(server.options({ store, ...change }));

describe("an installation token", () => {
  test("is minted once for calls at the same time, and again a minute before it ends", async () => {
    const parlance = newProcess();
    const got = await Promise.all([parlance.installationToken("con_1"), parlance.installationToken("con_1")]);
    expect(got.map(({ token }) => token)).toEqual(["oat-1", "oat-1"]);
    server.now += 59 * MINUTE_MS - 1;
    expect(await parlance.installationToken("con_1")).toMatchObject({ token: "oat-1" });
    server.now += 1;
    expect(await parlance.installationToken("con_1")).toMatchObject({
      token: "oat-2",
      expiresAt: server.now + 60 * MINUTE_MS,
      scopes: ["org:read"],
      projectIds: [],
    });
  });

  test("is kept by what it is narrowed to, in whatever order that is said", async () => {
    const parlance = newProcess();
    const narrowed = await parlance.installationToken("con_1", { scopes: ["keys:read", "org:read"] });
    expect(await parlance.installationToken("con_1", { scopes: ["org:read", "keys:read"] })).toEqual(
      narrowed,
    );
    expect(await parlance.installationToken("con_1")).toMatchObject({ token: "oat-2" });
    await parlance.installationToken("con_1", { projectIds: ["p"], expiresInSeconds: 60 });
    expect(server.asked.filter(({ path }) => path === MINT).map(({ body }) => JSON.parse(body))).toEqual([
      { scopes: ["keys:read", "org:read"] },
      {},
      { project_ids: ["p"], expires_in: 60 },
    ]);
  });

  test("of a short life is used for three quarters of it", async () => {
    server.answers[MINT] = (count) =>
      Response.json({ installation_token: `oat-${count}`, expires_in: 60, scopes: [], project_ids: [] });
    const parlance = newProcess();
    const token = () =>
      parlance.installationToken("con_1", { expiresInSeconds: 60 }).then((minted) => minted.token);
    expect(await token()).toBe("oat-1");
    server.now += 44_000;
    expect(await token()).toBe("oat-1");
    server.now += 1000;
    expect(await token()).toBe("oat-2");
  });

  test("of before a callback is used by no process after it", async () => {
    const [one, other] = [newProcess(), newProcess()];
    await one.installationToken("con_1");
    await other.installationToken("con_1");
    const url = new URL(await one.authorizeUrl({ userId: "user" }));
    const back = { state: url.searchParams.get("state") ?? "", iss: "https://parlance.test", code: "code" };
    await one.callback({ userId: "user", url: new URLSearchParams(back) });
    expect(await one.installationToken("con_1")).toMatchObject({ token: "oat-3" });
    expect(await other.installationToken("con_1")).toMatchObject({ token: "oat-4" });
  });

  test("is minted once for all processes that share a store for it", async () => {
    const installationStore = memoryKv({ now: () => server.now });
    const got = await Promise.all(
      Array.from({ length: 20 }, () => newProcess({ installationStore }).installationToken("con_1")),
    );
    expect(new Set(got.map(({ token }) => token))).toEqual(new Set(["oat-1"]));
    expect(server.count(MINT)).toBe(1);
    server.now += 59 * MINUTE_MS;
    expect(await newProcess({ installationStore }).installationToken("con_1")).toMatchObject({
      token: "oat-2",
    });
  });

  test("that could not be minted is asked for again by the next call", async () => {
    const mint = server.answers[MINT];
    server.answers[MINT] = () => refusal(403, "wrong_organization");
    const parlance = newProcess();
    await expect(parlance.installationToken("con_1")).rejects.toMatchObject({ name: "ForbiddenError" });
    if (mint) server.answers[MINT] = mint;
    expect(await parlance.installationToken("con_1")).toMatchObject({ token: "oat-2" });
    expect((await store.find("con_1"))?.revokedAt).toBeNull();
  });

  test.each([
    [410, "grant_revoked"],
    [404, "grant_not_found"],
  ])("that is refused with %i %s ends the connection", async (status, code) => {
    server.answers[MINT] = () => refusal(status, code);
    const parlance = newProcess();
    await expect(parlance.installationToken("con_1")).rejects.toMatchObject({
      name: "ConnectionRevokedError",
    });
    expect((await store.find("con_1"))?.revokedAt).toBe(server.now);
    await expect(parlance.installationToken("con_1")).rejects.toMatchObject({ connectionId: "con_1" });
    expect(server.count(MINT)).toBe(1);
  });

  test("is minted although our clock is slow: the access token is renewed first", async () => {
    const mint = server.answers[MINT];
    server.answers[MINT] = (count, asked) =>
      asked.headers.get("authorization") === "Bearer access-0"
        ? refusal(401, "invalid_token")
        : (mint?.(count, asked) as Response);
    expect(await newProcess().installationToken("con_1")).toMatchObject({ token: "oat-2" });
    expect(await store.find("con_1")).toMatchObject({ accessToken: "access-1", refreshToken: "refresh-1" });
  });
});

test("an agent's workspace is given the endpoint and a fresh token, in the form of each program", async () => {
  const configuration = await newProcess({ mcpUrl: "https://mcp.parlance.test/mcp" }).mcp("con_1", {
    scopes: ["keys:read"],
  });
  const url = "https://mcp.parlance.test/mcp";
  const headers = { Authorization: "Bearer oat-1" };
  expect(configuration).toEqual({
    url,
    token: "oat-1",
    expiresAt: server.now + 60 * MINUTE_MS,
    cursor: { mcpServers: { parlance: { url, headers } } },
    vsCode: { servers: { parlance: { type: "http", url, headers } } },
    claudeCode: { mcpServers: { parlance: { type: "http", url, headers } } },
    claudeCodeCommand: `claude mcp add --transport http parlance ${url} \\\n  --header "Authorization: Bearer oat-1"`,
  });
});

describe("disconnect", () => {
  const GRANT = "/installations/grt_1";
  test.each([
    ["revokes the grant", () => new Response(null, { status: 204 })],
    ["takes a grant that is revoked already for done", () => refusal(410, "grant_revoked")],
    ["takes a grant that is gone for done", () => refusal(404, "grant_not_found")],
  ])("%s, and removes the row", async (_, answer) => {
    server.answers[GRANT] = answer;
    await newProcess().disconnect("con_1");
    expect(server.asked.at(-1)).toMatchObject({ method: "DELETE", path: GRANT });
    expect(await store.list("user")).toEqual([]);
  });

  test("keeps the row when the server could not be told", async () => {
    server.answers[GRANT] = () => refusal(503, "temporarily_unavailable", {}, { "retry-after": "60" });
    await expect(newProcess().disconnect("con_1")).rejects.toMatchObject({ status: 503 });
    expect(await store.list("user")).toHaveLength(1);
  });
});
