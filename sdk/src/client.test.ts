import { OPERATIONS } from "@parlance/contract/operations";
import { beforeEach, describe, expect, test } from "vitest";
import { connection, FakeServer, MINUTE_MS, refusal } from "../test/fake-server.ts";
import {
  ConflictError,
  ConnectionRevokedError,
  MissingScopeError,
  RateLimitedError,
  ValidationError,
} from "./errors.ts";
import { createClient, createParlance } from "./parlance.ts";
import type { ConnectionStore } from "./store.ts";
import { memoryStore } from "./stores/memory.ts";
import { TABLE } from "./table.ts";

const PROJECT = "0f5c9a52-6a1e-4c0e-8f39-0a1f0d0c2b11";
const KEYS = `/v1/projects/${PROJECT}/keys`;
const MINT = "/installations/grt_1/tokens";
let server: FakeServer;
let store: ConnectionStore;

beforeEach(async () => {
  server = new FakeServer();
  store = memoryStore();
  await store.upsert(connection({ accessTokenExpiresAt: server.now + 600 * MINUTE_MS }));
});

const parlance = () => createParlance(server.options({ store, scopes: ["org:read"] }));
const client = () => parlance().client("con_1");
const askedAt = (path: string) => server.asked.filter((asked) => asked.path.split("?")[0] === path);
const created = () => Response.json({ changesetId: "cs_1", items: [] }, { status: 201 });

test("has a function for every operation that an installation token or key may call, and for no other", () => {
  const callable = Object.entries(OPERATIONS)
    .filter(([, { access, rest }]) => rest.mount === "api" && access.by !== "access_token")
    .map(([name]) => name);
  expect(Object.keys(TABLE)).toEqual(callable);
  const root = client() as unknown as Record<string, Record<string, unknown> | (() => unknown)>;
  for (const name of callable) {
    const [noun = "", verb] = name.split(".");
    const found = verb ? (root[noun] as Record<string, unknown>)[verb] : root[noun];
    expect(found, name).toBeTypeOf("function");
  }
});

test("is no promise, so that an async function may return it", async () => {
  const answered = await (async () => client())();
  expect(answered.keys.list).toBeTypeOf("function");
});

describe("a call", () => {
  test("sends path, query and token of a read", async () => {
    server.answers[KEYS] = () => Response.json({ items: [], nextCursor: null });
    const page = await client().keys.list({ projectId: PROJECT, q: "a b&c", limit: 5 });
    expect(page).toEqual({ items: [], nextCursor: null });
    const [asked] = askedAt(KEYS);
    expect(asked).toMatchObject({ method: "GET", path: `${KEYS}?q=a+b%26c&limit=5`, body: "" });
    expect(asked?.headers.get("authorization")).toBe("Bearer oat-1");
    expect(asked?.headers.get("idempotency-key")).toBeNull();
  });

  test("keeps what a path names in its place, whatever it is called", async () => {
    server.answers["/v1/projects/acme%2Fweb%3F"] = () => Response.json({ id: PROJECT });
    expect(await client().projects.get({ projectId: "acme/web?" })).toEqual({ id: PROJECT });
  });

  test.each(["", ".", "..", "\ud800", undefined])("is not sent with %j in its path", async (projectId) => {
    await expect(client().keys.list({ projectId: projectId as string })).rejects.toThrow(ValidationError);
    expect(server.asked.filter(({ path }) => path.includes("projects"))).toEqual([]);
  });

  test("sends a body, a new idempotency key, and words about the call", async () => {
    server.answers[KEYS] = created;
    const keys = [{ name: "greeting", values: { en: "Hello" } }];
    await client().keys.create({ projectId: PROJECT, keys });
    await client().keys.create({ projectId: PROJECT, keys }, { idempotencyKey: "mine", dryRun: true });
    const [first, second] = askedAt(KEYS);
    expect(JSON.parse(first?.body ?? "")).toEqual({ keys });
    expect(first?.headers.get("idempotency-key")).toMatch(/^[\w-]{43}$/);
    expect(second?.headers.get("idempotency-key")).toBe("mine");
    expect(second?.path).toBe(`${KEYS}?dry_run=true`);
  });

  test("sends the revision that is expected, a file with its type, and fields that travel in headers", async () => {
    const upload = `/v1/projects/${PROJECT}/imports/imp_1/content`;
    server.answers[upload] = () => Response.json({ id: "imp_1" });
    server.answers[`${KEYS}/k1`] = () => Response.json({ changesetId: null, key: {} });
    await client().keys.update({ projectId: PROJECT, keyId: "k1", name: "new" }, { expectedRevision: 4 });
    await client().imports.upload({ projectId: PROJECT, importId: "imp_1", offset: 7, content: "a,b" });
    expect(askedAt(`${KEYS}/k1`)[0]?.headers.get("if-match")).toBe('"4"');
    const [asked] = askedAt(upload);
    expect(asked).toMatchObject({ method: "PUT", path: upload, body: "a,b" });
    expect(asked?.headers.get("upload-offset")).toBe("7");
    expect(asked?.headers.get("content-type")).toBe("application/octet-stream");
  });

  test("answers a file as it comes", async () => {
    server.answers[`/v1/projects/${PROJECT}/export`] = () => Response.json({ greeting: "Hello" });
    const file = await client().exports.get({ projectId: PROJECT, format: "json_flat" });
    expect(await file.text()).toBe('{"greeting":"Hello"}');
  });

  test("answers undefined where there is nothing to say", async () => {
    server.answers[`/v1/projects/${PROJECT}/channels/next`] = () => new Response(null, { status: 204 });
    expect(await client().channels.delete({ projectId: PROJECT, channel: "next" })).toBeUndefined();
  });

  test("asks for no token where none is taken", async () => {
    server.answers["/credentials/revoke"] = () => Response.json({ accepted: true }, { status: 202 });
    expect(await client().credentials.revoke({ credentials: ["rt_x"] })).toEqual({ accepted: true });
    expect(server.asked.map(({ headers }) => headers.get("authorization"))).toEqual([null]);
  });
});

test("each hands out what is on every page, and asks for no page before it is needed", async () => {
  server.answers[KEYS] = (_, { path }) => {
    const cursor = new URL(path, "http://x").searchParams.get("cursor");
    return Response.json(
      cursor ? { items: ["c"], nextCursor: null } : { items: ["a", "b"], nextCursor: "next" },
    );
  };
  const seen: unknown[] = [];
  for await (const key of client().keys.list.each({ projectId: PROJECT, tag: "t" })) {
    seen.push([key, askedAt(KEYS).length]);
  }
  expect(seen).toEqual([
    ["a", 1],
    ["b", 1],
    ["c", 2],
  ]);
  expect(askedAt(KEYS).map(({ path }) => path)).toEqual([`${KEYS}?tag=t`, `${KEYS}?tag=t&cursor=next`]);
});

describe("a call is sent again, with the same idempotency key,", () => {
  test.each([
    ["a connection that breaks", () => new TypeError("socket hang up")],
    ["a 500", () => refusal(500, "server_error", { request_id: "req_1" })],
    ["a 502 of a proxy", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
    ["a page in place of an answer", () => new Response("<h1>Welcome</h1>")],
    ["a 503 with Retry-After", () => refusal(503, "temporarily_unavailable", {}, { "retry-after": "0" })],
    ["a 429 with Retry-After", () => refusal(429, "rate_limited", {}, { "retry-after": "0" })],
    ["its own first attempt that is under way", () => refusal(409, "conflict", {}, { "retry-after": "0" })],
  ])("after %s", async (_, fault) => {
    server.answers[KEYS] = (count) => (count === 1 ? fault() : created());
    const keys = [{ name: "greeting" }];
    expect(await client().keys.create({ projectId: PROJECT, keys })).toMatchObject({ changesetId: "cs_1" });
    const sent = askedAt(KEYS).map(({ headers, body }) => [headers.get("idempotency-key"), body]);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
    expect(server.count(MINT)).toBe(1);
  });

  test("after an answer that is slower than the time limit", async () => {
    server.answers[KEYS] = async (count) => {
      if (count === 1) await new Promise((resolve) => setTimeout(resolve, 200));
      return created();
    };
    const impatient = createParlance(server.options({ store, timeoutMs: 50 })).client("con_1");
    expect(await impatient.keys.create({ projectId: PROJECT, keys: [{ name: "a" }] })).toMatchObject({});
    expect(new Set(askedAt(KEYS).map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  });

  test("also a deletion, and what a lost answer has deleted is deleted", async () => {
    const path = `/v1/projects/${PROJECT}/channels/next`;
    server.answers[path] = (count) => (count === 1 ? new TypeError("reset") : refusal(404, "not_found"));
    expect(await client().channels.delete({ projectId: PROJECT, channel: "next" })).toBeUndefined();
    server.answers[path] = () => refusal(404, "not_found");
    await expect(client().channels.delete({ projectId: PROJECT, channel: "next" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("a call is sent once", () => {
  test.each([
    ["that is refused", () => refusal(400, "invalid_request"), "ValidationError"],
    ["that meets somebody else's", () => refusal(409, "conflict"), "ConflictError"],
    [
      "that has to wait for long",
      () => refusal(429, "rate_limited", {}, { "retry-after": "42" }),
      "RateLimitedError",
    ],
    ["on a full disk", () => refusal(507, "insufficient_storage"), "ServerError"],
    ["that is led elsewhere", () => Response.redirect("https://evil.test/"), "UnreachableError"],
  ])("%s", async (_, answer, name) => {
    server.answers[`${KEYS}/k1`] = answer;
    const sent = client().keys.update({ projectId: PROJECT, keyId: "k1" }, { expectedRevision: 1 });
    await expect(sent).rejects.toMatchObject({ name });
    expect(server.count(`${KEYS}/k1`)).toBe(1);
  });

  test("that expects a revision, when its answer is lost: it would meet its own deed", async () => {
    server.answers[`${KEYS}/k1`] = () => new TypeError("reset");
    const sent = client().keys.update({ projectId: PROJECT, keyId: "k1" }, { expectedRevision: 1 });
    await expect(sent).rejects.toMatchObject({ name: "UnreachableError" });
    expect(server.count(`${KEYS}/k1`)).toBe(1);
  });
});

test.each(["a\nx-evil: 1", "ключ"])(
  "an idempotency key of %j is refused before anything is sent",
  async (idempotencyKey) => {
    const created = client().keys.create({ projectId: PROJECT, keys: [] }, { idempotencyKey });
    await expect(created).rejects.toMatchObject({ name: "ValidationError" });
    expect(server.asked).toEqual([]);
  },
);

describe("a refusal", () => {
  test("says what the server said, and never holds the token", async () => {
    const errors = [{ pointer: "/keys/0/name", code: "missing", expected: "a text" }];
    server.answers[KEYS] = () => refusal(400, "invalid_request", { errors }, { "x-request-id": "req_1" });
    const error = await client()
      .keys.create({ projectId: PROJECT, keys: [] })
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      ...{ status: 400, code: "invalid_request", message: "Because of invalid_request." },
      ...{ requestId: "req_1", fieldErrors: errors },
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("oat-");
  });

  test("of a stale token is mended by one that is minted again, once", async () => {
    server.answers["/me"] = (count) =>
      count === 1 ? refusal(401, "invalid_token") : Response.json({ grants: [] });
    const me = client();
    expect(await me.me()).toEqual({ grants: [] });
    expect(server.count(MINT)).toBe(2);
    server.answers["/me"] = () => refusal(401, "invalid_token");
    await expect(me.me()).rejects.toMatchObject({ name: "InvalidTokenError" });
    expect(server.count(MINT)).toBe(3);
    expect((await store.find("con_1"))?.revokedAt).toBeNull();
  });

  test("for a scope that was allowed since is mended by another token", async () => {
    server.answers["/me"] = (count) =>
      count === 1
        ? refusal(403, "missing_scope", { required: "keys:read", mint_again: true })
        : Response.json({ grants: [] });
    expect(await client().me()).toEqual({ grants: [] });
    expect(server.count(MINT)).toBe(2);
  });

  test.each([
    ["the call", "/me"],
    ["its mint", MINT],
  ])(
    "of a grant that the user has replaced while %s was under way is a call as the new one",
    async (_, path) => {
      const next = {
        ...{ grantId: "grt_2", approval: "approval-2", version: "version-2" },
        accessTokenExpiresAt: server.now + 600 * MINUTE_MS,
      };
      const answer = server.answers[path];
      server.answers[path] = async (count, asked) => {
        if (count > 1) return (await answer?.(count, asked)) ?? refusal(500, "server_error");
        await store.upsert(connection(next));
        return refusal(410, "grant_revoked");
      };
      server.answers["/installations/grt_2/tokens"] = () =>
        Response.json({ installation_token: "oat-2", expires_in: 3600, scopes: [], project_ids: [] });
      expect(await client().me()).toMatchObject({ grants: [] });
      expect(askedAt("/me").at(-1)?.headers.get("authorization")).toBe("Bearer oat-2");
      expect(await store.find("con_1")).toMatchObject({ revokedAt: null, grantId: "grt_2" });
    },
  );

  test("for a scope that the client was narrowed out of mints nothing in vain", async () => {
    server.answers["/me"] = () => refusal(403, "missing_scope", { required: "keys:read", mint_again: true });
    const narrowed = parlance().client("con_1", { scopes: ["org:read"] });
    await expect(narrowed.me()).rejects.toThrow(MissingScopeError);
    expect(server.count(MINT)).toBe(1);
  });

  test("for a missing scope names it, and has the address that asks this user for it", async () => {
    server.answers["/me"] = () => refusal(403, "missing_scope", { required: "keys:read" });
    const error: MissingScopeError = await client()
      .me()
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(MissingScopeError);
    expect(error).toMatchObject({ scope: "keys:read", message: "Because of missing_scope." });
    const query = new URL((await error.authorizeUrl()) ?? "").searchParams;
    expect(query.get("scope")).toBe("org:read keys:read");
    expect(query.get("organization")).toBe("acme");
    expect(await store.finish(query.get("state") ?? "", "user")).toMatchObject({ userId: "user" });
    expect(server.count(MINT)).toBe(1);
  });

  test("for a missing scope asks for those too that the user allowed before, so that none is lost", async () => {
    server.answers["/me"] = () => refusal(403, "missing_scope", { required: "keys:read" });
    const error: MissingScopeError = await client()
      .me()
      .catch((thrown) => thrown);
    // Meanwhile the user has allowed another one.
    await store.upsert(connection({ scopes: ["org:read", "glossary:read"], version: "version-2" }));
    const query = new URL((await error.authorizeUrl()) ?? "").searchParams;
    expect(query.get("scope")).toBe("org:read glossary:read keys:read");
  });

  test("of a revoked grant ends the connection, and nothing is sent any more", async () => {
    server.answers["/me"] = () => refusal(410, "grant_revoked");
    const error = await client()
      .me()
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConnectionRevokedError);
    expect(error).toMatchObject({ connectionId: "con_1" });
    const { length } = server.asked;
    await expect(client().me()).rejects.toThrow(ConnectionRevokedError);
    expect(server.asked).toHaveLength(length);
  });

  test("shows both sides of a conflict, and how long a limit lasts", async () => {
    const errors = [{ pointer: "/values/0", code: "stale", yours: { text: "a" }, present: { text: "b" } }];
    server.answers[KEYS] = () => refusal(409, "conflict", { errors });
    const keys = [{ name: "greeting" }];
    const conflict = await client()
      .keys.create({ projectId: PROJECT, keys })
      .catch((thrown) => thrown);
    expect(conflict).toBeInstanceOf(ConflictError);
    expect(conflict.fieldErrors).toEqual(errors);
    const date = new Date(server.now + 90_000).toUTCString();
    server.answers[KEYS] = () => refusal(429, "rate_limited", {}, { "retry-after": date });
    const limited = await client()
      .keys.create({ projectId: PROJECT, keys })
      .catch((thrown) => thrown);
    expect(limited).toBeInstanceOf(RateLimitedError);
    expect(limited.retryAfterSeconds).toBe(90);
  });

  test("in words that no server of ours uses keeps its status", async () => {
    server.answers["/me"] = () =>
      Response.json({ error: "constructor", errors: "no", required: 7 }, { status: 418 });
    await expect(client().me()).rejects.toMatchObject({
      name: "RefusedError",
      status: 418,
      code: "unknown",
      fieldErrors: [],
    });
  });
});

test("an abort ends the wait for another attempt, with the caller's reason", async () => {
  server.answers["/me"] = () => refusal(429, "rate_limited", {}, { "retry-after": "15" });
  const controller = new AbortController();
  const call = client().me({}, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 30);
  await expect(call).rejects.toThrow("enough");
  await expect(client().me({}, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
});

test("a secret key calls the same operations, and is refused as it is", async () => {
  const key = "bi-key";
  const own = createClient({ url: "https://parlance.test/", key, fetch: server.fetch });
  expect(await own.me()).toMatchObject({ grants: [] });
  expect(server.asked.at(-1)?.headers.get("authorization")).toBe("Bearer bi-key");
  server.answers["/me"] = () => refusal(403, "missing_scope", { required: "keys:read" });
  const error: MissingScopeError = await own.me().catch((thrown) => thrown);
  expect(error).toMatchObject({ name: "MissingScopeError", scope: "keys:read" });
  expect(await error.authorizeUrl()).toBeUndefined();
});
