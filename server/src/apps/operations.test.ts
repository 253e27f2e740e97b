import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { OPERATIONS } from "@parlance/contract/operations";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addPerson, type Person } from "../../test/support/people.ts";
import { secretMatches } from "../../test/support/secrets.ts";
import type { Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { iconRoutes, pictureType } from "./icons.ts";
import { appHandlers } from "./operations.ts";

type Name = keyof typeof appHandlers;
type AnyHandler = (call: unknown, input: unknown) => Promise<unknown>;

const PNG = Buffer.from("\x89PNG\r\n\x1a\n, and so on", "latin1");

describe.each(ENGINES)("apps of an organization on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let person: Person;

  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { now: 1_800_000_000_000, config: { ALLOW_PRIVATE_TARGETS: true } });
    person = await addPerson(ctx.db);
    for (const id of ["org_1", "org_2"]) {
      const organization = { id, slug: id.replace("_", "-"), name: id, createdAt: 1, deletedAt: null };
      const member = { organizationId: id, userId: person.userId, role: "admin", createdAt: 1 };
      await ctx.db.write(async (tx) => {
        await tx.insertInto("organizations").values(organization).execute();
        await tx.insertInto("members").values(member).execute();
      });
    }
  });
  afterAll(() => database.close());

  /** Calls an operation as an admin of `org`, and checks its answer against the contract. */
  async function call(name: Name, fields: Record<string, unknown> = {}, org = "org_1") {
    ctx.clock.advance(1);
    const operation = OPERATIONS[name];
    const input = operation.input.parse(fields);
    const own = operation.effect === "read" || "ownTransactions" in operation;
    const output = await inCall(
      ctx,
      { caller: person, effect: own ? "read" : "change", placed: { reach: reachOf(org) } },
      (given) => (appHandlers[name] as AnyHandler)(given, input),
    );
    // biome-ignore lint/suspicious/noExplicitAny: each test reads the answer of the operation it named
    return operation.output.parse(output) as any;
  }

  const WEB = { name: "Acme", type: "web", redirectUris: ["https://acme.example/cb"] };
  const create = (fields: Record<string, unknown> = {}) => call("apps.create", { ...WEB, ...fields });
  const verify = (id: string) =>
    ctx.db.write((tx) => tx.updateTable("apps").set({ verifiedAt: 1 }).where("id", "=", id).execute());

  test("a web app is confidential by default, and its first secret is answered once", async () => {
    const { app, clientSecret } = await create({ homepage: "https://acme.example" });
    expect(await secretMatches(ctx.db.read, app.id, clientSecret)).toBe(app.secrets[0].id);
    expect(app).toMatchObject({
      confidential: true,
      enabled: true,
      verified: false,
      legacyWithoutPkce: false,
      homepage: "https://acme.example",
      scopes: ALL_SCOPES,
      connectionCount: 0,
    });
    expect(JSON.stringify(await call("apps.get", { appId: app.id }))).not.toContain(clientSecret);
  });

  test.each([
    { ...WEB, confidential: false },
    { ...WEB, type: "spa" },
    { ...WEB, type: "native", redirectUris: ["com.example.app:/cb"] },
  ])("a public app has no secret and gets none: $type", async (fields) => {
    const { app, clientSecret } = await create(fields);
    expect({ clientSecret, confidential: app.confidential, secrets: app.secrets }).toEqual({
      clientSecret: null,
      confidential: false,
      secrets: [],
    });
    await refused(call("secrets.create", { appId: app.id }), "conflict");
    await refused(call("apps.update", { appId: app.id, legacyWithoutPkce: true }), "invalid_request", [
      "/legacyWithoutPkce",
    ]);
  });

  test.each([
    [
      { redirectUris: ["https://a.example/", "http://a.example/", "javascript:1"] },
      ["/redirectUris/1", "/redirectUris/2"],
    ],
    [{ type: "spa", confidential: true }, ["/confidential"]],
    [{ type: "spa", deviceFlow: true }, ["/deviceFlow"]],
    [{ homepage: "https://bank.example@evil.example/" }, ["/homepage"]],
    [{ homepage: "https://bänk.example/" }, ["/homepage"]],
    [{ homepage: "https://a.example/\u0000" }, ["/homepage"]],
    [
      { redirectUris: ["com.example:/cb"], homepage: "https://u@a.example" },
      ["/redirectUris/0", "/homepage"],
    ],
  ])("every faulty field is named: %j", async (fields, pointers) => {
    await refused(create(fields), "invalid_request", pointers);
  });

  test("an app of another organization, a deleted one and an unknown one are the same nothing", async () => {
    const { app } = await create();
    const gone = (await create()).app;
    await call("apps.delete", { appId: gone.id });
    for (const name of [
      "apps.get",
      "apps.update",
      "apps.delete",
      "apps.setIcon",
      "secrets.create",
    ] as const) {
      const url = name === "apps.setIcon" ? { url: null } : {};
      await refused(call(name, { appId: app.id, ...url }, "org_2"), "not_found");
      await refused(call(name, { appId: gone.id, ...url }), "not_found");
      await refused(call(name, { appId: "app_\u0000", ...url }), "not_found");
    }
    const secretId = app.secrets[0].id;
    await refused(call("secrets.delete", { appId: app.id, secretId }, "org_2"), "not_found");
    const other = (await create()).app;
    await refused(call("secrets.delete", { appId: other.id, secretId }), "not_found");
    await refused(call("secrets.delete", { appId: other.id, secretId: "sec_\u0000" }), "not_found");
  });

  test("a secret can be rotated: add, use, delete the old one", async () => {
    const { app, clientSecret } = await create();
    const added = await call("secrets.create", { appId: app.id });
    expect(added.secret.lastFour).toBe(added.clientSecret.slice(-4));
    await refused(call("secrets.create", { appId: app.id }), "conflict");
    await call("secrets.delete", { appId: app.id, secretId: app.secrets[0].id });
    expect(await secretMatches(ctx.db.read, app.id, clientSecret)).toBeNull();
    expect(await secretMatches(ctx.db.read, app.id, added.clientSecret)).toBe(added.secret.id);
    await refused(call("secrets.delete", { appId: app.id, secretId: app.secrets[0].id }), "not_found");
  });

  test("only the fields that are sent change", async () => {
    const { app } = await create({ homepage: "https://acme.example" });
    const changed = await call("apps.update", {
      appId: app.id,
      scopes: ["keys:read", "org:read"],
      legacyWithoutPkce: true,
    });
    expect(changed).toEqual({ ...app, scopes: ["org:read", "keys:read"], legacyWithoutPkce: true });
    expect(await call("apps.update", { appId: app.id, homepage: null })).toEqual({
      ...changed,
      homepage: null,
    });
    await refused(call("apps.update", { appId: app.id, redirectUris: ["ftp://x/"] }), "invalid_request", [
      "/redirectUris/0",
    ]);
  });

  test("devices are switched on and off, not for what runs in a browser", async () => {
    const { app } = await create({ type: "native" });
    expect(app.deviceFlow).toBe(false);
    for (const deviceFlow of [true, false, true]) {
      expect(await call("apps.update", { appId: app.id, deviceFlow })).toEqual({ ...app, deviceFlow });
    }
    const { app: page } = await create({ type: "spa" });
    await refused(call("apps.update", { appId: page.id, deviceFlow: true }), "invalid_request", [
      "/deviceFlow",
    ]);
  });

  test.each([
    ["name", { name: "Acme Bank" }, false],
    ["the same name", { name: "Acme" }, true],
    ["homepage host", { homepage: "https://bank.example/" }, false],
    ["homepage removed", { homepage: null }, false],
    ["homepage path", { homepage: "https://acme.example/about" }, true],
    ["a new redirect host", { redirectUris: ["https://acme.example/cb", "https://evil.example/"] }, false],
    ["another redirect path", { redirectUris: ["https://acme.example/other"] }, true],
    ["scopes", { scopes: ["org:read"] }, true],
    ["disabled", { enabled: false }, true],
  ])("verified after a change of %s", async (_, change, verified) => {
    const { app } = await create({ homepage: "https://acme.example/" });
    await verify(app.id);
    expect(await call("apps.update", { appId: app.id, ...change })).toMatchObject({ verified });
  });

  test("disabling and deleting revoke every connection, with audit and outbox rows", async () => {
    const { app } = await create();
    await insertGrant(ctx, "grt_a", app.id, "org_1");
    await insertGrant(ctx, "grt_b", app.id, "org_2");
    expect(await call("apps.get", { appId: app.id })).toMatchObject({ connectionCount: 2 });
    const disabled = await call("apps.update", { appId: app.id, enabled: false });
    expect(disabled).toMatchObject({ enabled: false, connectionCount: 0 });
    expect(await call("apps.update", { appId: app.id, enabled: true })).toMatchObject({
      enabled: true,
      connectionCount: 0,
    });
    await insertGrant(ctx, "grt_c", app.id, "org_1");
    await call("apps.delete", { appId: app.id });
    const reasons = await ctx.db.read
      .selectFrom("grants")
      .select(["id", "revokedBy", "revokeReason"])
      .where("appId", "=", app.id)
      .orderBy("id")
      .execute();
    expect(reasons.map((row) => ({ ...row }))).toEqual([
      { id: "grt_a", revokedBy: person.userId, revokeReason: "app_disabled" },
      { id: "grt_b", revokedBy: person.userId, revokeReason: "app_disabled" },
      { id: "grt_c", revokedBy: person.userId, revokeReason: "app_deleted" },
    ]);
    const events = await ctx.db.read.selectFrom("outbox").select("payload").execute();
    expect(events.filter((row) => row.payload.includes(app.id))).toHaveLength(3);
  });

  test("enabling an enabled app leaves its connections alone", async () => {
    const { app } = await create();
    await insertGrant(ctx, "grt_d", app.id, "org_1");
    expect(await call("apps.update", { appId: app.id, enabled: true })).toMatchObject({ connectionCount: 1 });
  });

  test("a list is paged, newest first, and has each app once", async () => {
    for (let i = 0; i < 5; i++) await call("apps.create", WEB, "org_2");
    const ids: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const answer = await call("apps.list", { limit: 2, ...(cursor && { cursor }) }, "org_2");
      expect(answer.items.length).toBeLessThanOrEqual(2);
      ids.push(...answer.items.map((app: { id: string }) => app.id));
      if (!answer.nextCursor) break;
      cursor = answer.nextCursor;
    }
    expect(new Set(ids).size).toBe(5);
    await refused(call("apps.list", { cursor: "nonsense" }), "invalid_request");
  });

  describe("icons", () => {
    let server: Server;
    let origin: string;
    const pages: Record<string, Buffer> = {
      "/icon.png": PNG,
      "/other.gif": Buffer.from("GIF89a, and so on"),
      "/icon.svg": Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
      "/large.png": Buffer.concat([PNG, Buffer.alloc(256_000)]),
    };

    beforeAll(async () => {
      server = createServer((request, response) => {
        const page = pages[request.url ?? ""];
        response.writeHead(page ? 200 : 404, { "content-type": "image/svg+xml" }).end(page);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => server.close());

    const get = (path: string) =>
      new Hono()
        .route("/", iconRoutes(ctx))
        .onError((error, c) => c.body(null, error instanceof ApiError ? (error.status as 404) : 500))
        .request(path);

    test("one is fetched once, served from here as what it is, and gone when removed", async () => {
      const { app } = await create();
      await verify(app.id);
      const set = await call("apps.setIcon", { appId: app.id, url: `${origin}/icon.png` });
      expect(set).toMatchObject({ verified: false });
      expect(set.iconUrl).toMatch(new RegExp(`^/icons/${app.id}\\?v=.{8}$`));

      const served = await get(set.iconUrl);
      expect(Buffer.from(await served.arrayBuffer())).toEqual(PNG);
      expect(Object.fromEntries(served.headers)).toMatchObject({
        "content-type": "image/png",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
        "cache-control": "public, max-age=31536000, immutable",
      });
      expect((await get(`/icons/${app.id}?v=old`)).headers.get("cache-control")).toBe("public, max-age=300");

      await verify(app.id);
      expect(await call("apps.setIcon", { appId: app.id, url: `${origin}/icon.png` })).toMatchObject({
        verified: true,
      });
      const other = await call("apps.setIcon", { appId: app.id, url: `${origin}/other.gif` });
      expect(other).toMatchObject({ verified: false });
      expect(other.iconUrl).not.toBe(set.iconUrl);

      expect(await call("apps.setIcon", { appId: app.id, url: null })).toMatchObject({ iconUrl: null });
      expect((await get(set.iconUrl)).status).toBe(404);
      expect((await get("/icons/app_%00")).status).toBe(404);
    });

    test.each(["/icon.svg", "/large.png", "/missing.png"])(
      "%s is refused and changes nothing",
      async (path) => {
        const { app } = await create();
        await verify(app.id);
        await refused(call("apps.setIcon", { appId: app.id, url: origin + path }), "invalid_request", [
          "/url",
        ]);
        expect(await call("apps.get", { appId: app.id })).toMatchObject({ iconUrl: null, verified: true });
      },
    );

    test("private addresses are refused unless the operator allows them", async () => {
      const { app } = await create();
      const open = ctx;
      ctx = { ...open, config: { ...open.config, ALLOW_PRIVATE_TARGETS: false } };
      try {
        const url = origin.replace("http:", "https:");
        await refused(call("apps.setIcon", { appId: app.id, url }), "invalid_request", ["/url"]);
      } finally {
        ctx = open;
      }
    });
  });
});

test.each([
  ["image/png", PNG],
  ["image/jpeg", Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
  ["image/gif", Buffer.from("GIF87a")],
  ["image/webp", Buffer.from("RIFF\0\0\0\0WEBPVP8 ")],
  [null, Buffer.from("RIFF\0\0\0\0WAVEfmt ")],
  [null, Buffer.from("<svg/>")],
  [null, Buffer.from("<!doctype html>")],
  [null, Buffer.alloc(0)],
])("a picture is told by its first bytes: %s", (type, bytes) => {
  expect(pictureType(bytes)).toBe(type);
});

function reachOf(id: string): Reach {
  return { organization: { id, slug: id, name: id }, role: "admin", scopes: ALL_SCOPES, projects: "all" };
}

async function refused(answer: Promise<unknown>, code: string, pointers?: string[]): Promise<void> {
  const error = await answer.then(
    () => new Error("was not refused"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  const { body } = error as ApiError;
  expect(body.error).toBe(code);
  if (pointers) expect(body.errors?.map((entry) => entry.pointer)).toEqual(pointers);
}

async function insertGrant(
  ctx: TestContext,
  id: string,
  appId: string,
  organizationId: string,
): Promise<void> {
  const never = { lastUsedAt: null, revokedAt: null, revokedBy: null, revokeReason: null };
  await ctx.db.write((tx) =>
    tx
      .insertInto("grants")
      .values({
        id,
        appId,
        userId: "usr_1",
        organizationId,
        projectAccess: "all",
        ...never,
        scopes: "[]",
        createdAt: 1,
        updatedAt: 1,
      })
      .execute(),
  );
}
