import { beforeEach, describe, expect, test } from "vitest";
import { connection, FakeServer, MINUTE_MS, refusal } from "../test/fake-server.ts";
import { Connections } from "./connections.ts";
import { discovery } from "./endpoints.ts";
import { ConnectionRevokedError, GrantRevokedError, InvalidTokenError } from "./errors.ts";
import { Renewals } from "./renew.ts";
import { checkSettings } from "./settings.ts";
import type { Connection, ConnectionStore } from "./store.ts";
import { memoryStore } from "./stores/memory.ts";

const TOKEN = "/api/auth/mcp/token";
const PATIENCE_MS = 300;
let server: FakeServer;
let store: ConnectionStore;

beforeEach(() => {
  server = new FakeServer();
  store = memoryStore();
});

/** One process: what it keeps in memory is its own, its store and server are everybody's. */
function newProcess({ skewMs = 0, of = store } = {}): Connections {
  const settings = checkSettings(server.options({ store: of, now: () => server.now + skewMs }));
  return new Connections(settings, discovery(settings), new Renewals(PATIENCE_MS));
}

const expired = (change: Partial<Connection> = {}) =>
  store.upsert(connection({ accessTokenExpiresAt: server.now, ...change }));
const row = async () => (await store.find("con_1")) as Connection;

describe("an access token", () => {
  test("is used until a minute before it ends", async () => {
    await store.upsert(connection({ accessTokenExpiresAt: server.now + MINUTE_MS + 1 }));
    const process = newProcess();
    expect(await process.ensureAccessToken("con_1")).toBe("access-0");
    server.now += 1;
    expect(await process.ensureAccessToken("con_1")).toBe("access-1");
    expect(await row()).toMatchObject({ refreshToken: "refresh-1", lease: null, approval: "approval-0" });
  });

  test("is refreshed once for twenty callers, and the rotated token is stored before any of them goes on", async () => {
    await expired();
    const process = newProcess();
    const got = await Promise.all(
      Array.from({ length: 20 }, async () => [
        await process.ensureAccessToken("con_1"),
        (await row()).refreshToken,
      ]),
    );
    expect(server.count(TOKEN)).toBe(1);
    expect(new Set(got.map(String))).toEqual(new Set(["access-1,refresh-1"]));
  });

  test("is refreshed once for twenty processes that share a store", async () => {
    await expired();
    const got = await Promise.all(Array.from({ length: 20 }, () => newProcess().ensureAccessToken("con_1")));
    expect(new Set(got)).toEqual(new Set(["access-1"]));
    expect(server.count(TOKEN)).toBe(1);
  });

  test("is used on, while another process refreshes, for as long as it arrives in time", async () => {
    await store.upsert(connection({ accessTokenExpiresAt: server.now + 30_000, lease: "of another" }));
    expect(await newProcess().ensureAccessToken("con_1")).toBe("access-0");
    expect(server.count(TOKEN)).toBe(0);
  });

  test("of a process that died in the middle of a refresh is refreshed by whoever waits", async () => {
    await expired({ lease: "of the dead" });
    const begun = performance.now();
    expect(await newProcess().ensureAccessToken("con_1")).toBe("access-1");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(PATIENCE_MS);
  });

  test("that a slow server takes longer for than anybody waits is stored by the first who has it", async () => {
    await expired();
    const answer = server.answers[TOKEN];
    server.answers[TOKEN] = async (count, asked) => {
      await new Promise((resolve) => setTimeout(resolve, 2.5 * PATIENCE_MS));
      return answer?.(count, asked) as Response;
    };
    const got = await Promise.all(Array.from({ length: 6 }, () => newProcess().ensureAccessToken("con_1")));
    expect(new Set(got)).toEqual(new Set(["access-1"]));
    expect(await row()).toMatchObject({ accessToken: "access-1", refreshToken: "refresh-1" });
    expect(server.count(TOKEN)).toBeLessThanOrEqual(4);
  });

  test("that the server does not take is renewed, and the call is made again", async () => {
    await store.upsert(connection());
    const calls: string[] = [];
    const answer = await newProcess().withAccessToken(await row(), async (bearer) => {
      calls.push(bearer);
      if (bearer === "access-0") {
        throw new InvalidTokenError({ status: 401, code: "invalid_token", sentence: "No." });
      }
      return "done";
    });
    expect([answer, ...calls]).toEqual(["done", "access-0", "access-1"]);
  });

  test("that a late refusal is about is not renewed again when another has taken its place", async () => {
    await store.upsert(connection());
    const process = newProcess();
    const refused = new InvalidTokenError({ status: 401, code: "invalid_token", sentence: "No." });
    const refuseFirst = (before: Promise<unknown>) => async (bearer: string) => {
      if (bearer !== "access-0") return bearer;
      await before;
      throw refused;
    };
    const early = process.withAccessToken(await row(), refuseFirst(Promise.resolve()));
    const late = process.withAccessToken(await row(), refuseFirst(early));
    expect([await early, await late]).toEqual(["access-1", "access-1"]);
    expect(server.count(TOKEN)).toBe(1);
  });

  test("that the server gives for some seconds only is used, and nobody asks in circles", async () => {
    await expired();
    server.answers[TOKEN] = (count) =>
      Response.json({
        access_token: `access-${count}`,
        refresh_token: `refresh-${count}`,
        expires_in: 10,
        grants: [],
      });
    expect(await newProcess().ensureAccessToken("con_1")).toBe("access-1");
    expect(server.count(TOKEN)).toBe(1);
  });

  test.each([5, -5])("is found by two hosts whose clocks differ by %i minutes", async (minutes) => {
    await expired();
    const [one, other] = [newProcess(), newProcess({ skewMs: minutes * MINUTE_MS })];
    for (let at = 0; at < 90; at++) {
      server.now += 2 * MINUTE_MS;
      await one.ensureAccessToken("con_1");
      await other.ensureAccessToken("con_1");
    }
    // The faster clock decides: at most one refresh in 24 minutes, never one each.
    expect(server.count(TOKEN)).toBeLessThanOrEqual(Math.ceil(180 / 24) + 1);
  });
});

describe("a connection ends", () => {
  test("with invalid_grant, and then nothing is asked again", async () => {
    await expired();
    server.answers[TOKEN] = () => refusal(400, "invalid_grant");
    const process = newProcess();
    await expect(process.ensureAccessToken("con_1")).rejects.toThrow(ConnectionRevokedError);
    await expect(process.ensureAccessToken("con_1")).rejects.toMatchObject({ connectionId: "con_1" });
    expect(await row()).toMatchObject({ revokedAt: server.now, accessToken: null });
    expect(server.count(TOKEN)).toBe(1);
  });

  test("when its row is lost", async () => {
    await expect(newProcess().ensureAccessToken("con_1")).rejects.toThrow(ConnectionRevokedError);
  });

  test("not with an invalid_grant for a token that another writer has replaced meanwhile", async () => {
    await expired();
    server.answers[TOKEN] = async () => {
      // Somebody connects again while the refresh is on its way.
      await store.upsert(
        connection({
          grantId: "grt_2",
          refreshToken: "refresh-new",
          accessToken: "access-new",
          version: "new",
        }),
      );
      return refusal(400, "invalid_grant");
    };
    expect(await newProcess().ensureAccessToken("con_1")).toBe("access-new");
    expect(await row()).toMatchObject({ revokedAt: null, grantId: "grt_2", refreshToken: "refresh-new" });
  });

  test.each([
    [429, "rate_limited"],
    [500, "server_error"],
    [503, "temporarily_unavailable"],
    [401, "invalid_client"],
    [400, "invalid_request"],
    [404, "not_found"],
  ])("not with %i %s, and the next call tries the same refresh token", async (status, code) => {
    await expired();
    server.answers[TOKEN] = () => refusal(status, code, {}, status === 429 ? { "retry-after": "60" } : {});
    const process = newProcess();
    await expect(process.ensureAccessToken("con_1")).rejects.toMatchObject({ code });
    expect(await row()).toMatchObject({ revokedAt: null, refreshToken: "refresh-0", lease: null });
    server.answers[TOKEN] = () =>
      Response.json({ access_token: "access", refresh_token: "refresh", expires_in: 1800, grants: [] });
    expect(await process.ensureAccessToken("con_1")).toBe("access");
    expect(new URLSearchParams(server.asked.at(-1)?.body).get("refresh_token")).toBe("refresh-0");
  });

  test("not with a lost answer, which is asked for again with the same refresh token", async () => {
    await expired();
    server.answers[TOKEN] = (count) =>
      count === 1
        ? new TypeError("socket hang up")
        : Response.json({ access_token: "access", refresh_token: "newest", expires_in: 1800, grants: [] });
    expect(await newProcess().ensureAccessToken("con_1")).toBe("access");
    const sent = server.asked.filter(({ path }) => path === TOKEN).map(({ body }) => body);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
    expect(await row()).toMatchObject({ refreshToken: "newest" });
  });

  test("not with a page of a proxy that says invalid_grant in other words", async () => {
    await expired();
    server.answers[TOKEN] = () => new Response("<h1>invalid_grant</h1>", { status: 400 });
    await expect(newProcess().ensureAccessToken("con_1")).rejects.toMatchObject({
      code: "unknown",
      status: 400,
    });
    expect((await row()).revokedAt).toBeNull();
  });

  test.each([
    {},
    null,
    [],
    { access_token: "a", expires_in: 1800 },
    { ...{ access_token: "", refresh_token: "r" }, expires_in: 1 },
  ])("not with a proxy that answers 200 and %j", async (body) => {
    await expired();
    server.answers[TOKEN] = () => Response.json(body);
    await expect(newProcess().ensureAccessToken("con_1")).rejects.toMatchObject({ name: "UnreachableError" });
    expect(await row()).toMatchObject({ revokedAt: null, refreshToken: "refresh-0" });
  });

  test("not while the server is away, as long as the token is good", async () => {
    await store.upsert(connection({ accessTokenExpiresAt: server.now + 30_000 }));
    server.answers[TOKEN] = () => new TypeError("connection refused");
    expect(await newProcess().ensureAccessToken("con_1")).toBe("access-0");
  });
});

test("a refresh whose row cannot be stored is not used, and the next one gets the same tokens", async () => {
  await expired();
  const failing = {
    ...store,
    replace: async (next: Connection, version: string) => {
      if (next.refreshToken !== "refresh-0") throw new Error("disk full");
      return store.replace(next, version);
    },
  };
  await expect(newProcess({ of: failing }).ensureAccessToken("con_1")).rejects.toThrow("disk full");
  expect(await row()).toMatchObject({ refreshToken: "refresh-0", revokedAt: null });
});

test("a refresh that ends after the user connected again does not undo the new connection", async () => {
  await expired();
  const answer = server.answers[TOKEN];
  server.answers[TOKEN] = async (count, asked) => {
    await store.upsert(
      connection({ refreshToken: "refresh-new", accessToken: "access-new", version: "new" }),
    );
    return answer?.(count, asked) as Response;
  };
  expect(await newProcess().ensureAccessToken("con_1")).toBe("access-new");
  expect(await row()).toMatchObject({ refreshToken: "refresh-new" });
});

test("a caller who gives up does not end the refresh that others wait for", async () => {
  await expired();
  const process = newProcess();
  const controller = new AbortController();
  const [given, kept] = [
    process.ensureAccessToken("con_1", controller.signal),
    process.ensureAccessToken("con_1"),
  ];
  controller.abort(new Error("enough"));
  await expect(given).rejects.toThrow("enough");
  expect(await kept).toBe("access-1");
});

test("late news about an earlier grant leaves the connection alone", async () => {
  await store.upsert(connection({ grantId: "grt_2" }));
  const gone = new GrantRevokedError({ status: 410, code: "grant_revoked", sentence: "Gone." });
  expect(await newProcess().judged(gone, connection({ grantId: "grt_1" }))).toBe(gone);
  expect((await row()).revokedAt).toBeNull();
  expect(await newProcess().judged(gone, await row())).toBeInstanceOf(ConnectionRevokedError);
  expect((await row()).revokedAt).toBe(server.now);
});
