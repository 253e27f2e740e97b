import { CREDENTIALS } from "@parlance/contract/credentials";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { secretMatches } from "../../test/support/secrets.ts";
import { SYSTEM } from "../database/actor.ts";
import { hashOf } from "../platform/crypto.ts";
import { findApp, isPublicAppOrigin, keepApp, type NewApp, registerApp } from "./apps.ts";
import { deleteApp, disableApp, enableApp, sweepExpiredApps } from "./end-app.ts";
import { addSecret, markSecretLeaked, noteSecretUse } from "./secrets.ts";

const DAY = 86_400_000;
const NOBODY = { actor: SYSTEM };

describe.each(ENGINES)("on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;

  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { now: 1_800_000_000_000 });
    await seedOrganization(ctx);
  });
  afterAll(() => database.close());

  const register = (fields: Partial<NewApp> = {}) =>
    ctx.db.write((tx) => registerApp(tx, { ...FIELDS, ...fields }, ctx.clock.now()));
  const find = (id: string) => findApp(ctx.db.read, id, ctx.clock.now());

  test("an app is found with everything that authorize and token ask of it", async () => {
    const id = await register({
      redirectUris: ["https://b.example/", "https://a.example/", "https://b.example/"],
    });
    expect(await find(id)).toMatchObject({
      id,
      name: "Acme",
      publisher: "Widgets",
      scopes: ["org:read", "keys:read"],
      redirectUris: ["https://a.example/", "https://b.example/"],
      enabled: true,
      verified: false,
      trusted: true,
      confidential: true,
      legacyWithoutPkce: false,
      iconUrl: null,
    });
  });

  test.each([
    "",
    "app_",
    "app_unknown",
    "app_\u0000",
    "app_\ud800",
    "https://example.com",
    "x".repeat(10_000),
  ])("client_id %j is nobody, whatever its bytes", async (id) => {
    expect(await find(id)).toBeUndefined();
  });

  test("a self-registered app is gone at its expiry unless somebody approved it", async () => {
    const expiresAt = ctx.clock.now() + 7 * DAY;
    const registered = { origin: "registered", organizationId: null, expiresAt } as const;
    const lost = await register(registered);
    const kept = await register(registered);
    await ctx.db.write((tx) => keepApp(tx, kept));
    expect(await find(lost)).toMatchObject({ trusted: false, publisher: null });
    ctx.clock.advance(7 * DAY);
    expect(await find(lost)).toBeUndefined();
    expect(await find(kept)).toBeDefined();

    const swept = await ctx.db.write((tx) => sweepExpiredApps(tx, ctx.clock.now(), 10));
    expect(swept).toBe(1);
    const left = await ctx.db.read
      .selectFrom("appRedirectUris")
      .select("uri")
      .where("appId", "=", lost)
      .execute();
    expect(left).toEqual([]);
  });

  test("a sweep takes no more than its budget", async () => {
    const expiresAt = ctx.clock.now();
    for (let i = 0; i < 3; i++) await register({ origin: "registered", organizationId: null, expiresAt });
    const sweep = () => ctx.db.write((tx) => sweepExpiredApps(tx, ctx.clock.now(), 2));
    expect([await sweep(), await sweep(), await sweep()]).toEqual([2, 1, 0]);
  });

  test("disabling revokes every grant for good: enabling brings none back", async () => {
    const id = await register();
    await insertGrant(ctx, "grt_disable", id);
    expect(await ctx.db.write((tx) => disableApp(tx, id, NOBODY, ctx.clock.now()))).toBe(1);
    expect(await find(id)).toMatchObject({ enabled: false });
    await insertGrant(ctx, "grt_slipped_through", id);
    await ctx.db.write((tx) => enableApp(tx, id, NOBODY, ctx.clock.now()));
    expect(await find(id)).toMatchObject({ enabled: true });
    const live = ctx.db.read
      .selectFrom("grants")
      .select("id")
      .where("appId", "=", id)
      .where("revokedAt", "is", null);
    expect(await live.execute()).toEqual([]);
  });

  test("a deleted app is gone with its grants and secrets", async () => {
    const id = await register();
    await insertGrant(ctx, "grt_delete", id);
    const { clientSecret } = await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now()));
    expect(await ctx.db.write((tx) => deleteApp(tx, id, NOBODY, ctx.clock.now()))).toBe(1);
    expect(await find(id)).toBeUndefined();
    expect(await secretMatches(ctx.db.read, id, clientSecret)).toBeNull();
  });

  test("token and revoke answer pages at the origin of a public app's redirect URI only", async () => {
    const spa = { type: "spa", authentication: "none" } as const;
    const off = await register({ ...spa, redirectUris: ["https://off.example/cb"] });
    await register({ ...spa, redirectUris: ["https://spa.example/cb", "https://other.example:8443/"] });
    await register({ redirectUris: ["https://server.example/cb"] });
    await register({ type: "native", authentication: "none", redirectUris: ["com.example.app:/cb"] });
    await ctx.db.write((tx) => disableApp(tx, off, NOBODY, ctx.clock.now()));
    const allowed = (origin: string) => isPublicAppOrigin(ctx.db.read, origin, ctx.clock.now());
    expect(await allowed("https://spa.example")).toBe(true);
    expect(await allowed("https://other.example:8443")).toBe(true);
    for (const origin of [
      "https://server.example",
      "https://off.example",
      "https://other.example",
      "null",
      "",
      "\0",
    ]) {
      expect(await allowed(origin), origin).toBe(false);
    }
  });

  describe("client secrets", () => {
    test("one is stored as a hash, matches its own app only, and nothing else matches", async () => {
      const [id, other] = [await register(), await register()];
      const { row, clientSecret } = await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now()));
      expect(clientSecret.startsWith(CREDENTIALS.client_secret.prefix)).toBe(true);
      expect(JSON.stringify(row)).not.toContain(clientSecret.slice(6, -4));
      expect(await secretMatches(ctx.db.read, id, clientSecret)).toBe(row.id);
      expect(await secretMatches(ctx.db.read, other, clientSecret)).toBeNull();
      expect(await secretMatches(ctx.db.read, id, `${clientSecret}x`)).toBeNull();
      expect(await secretMatches(ctx.db.read, id, "\u0000")).toBeNull();
    });

    test("two can live; a third is refused even when ten are asked for at once", async () => {
      const id = await register();
      const asked = Array.from({ length: 10 }, () =>
        ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now())),
      );
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(2);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
      }
    });

    test("the last use is noted in the background, at most once a minute", async () => {
      const id = await register();
      const { row } = await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now()));
      const lastUsed = async () => {
        const query = ctx.db.read.selectFrom("appSecrets").select("lastUsedAt").where("id", "=", row.id);
        return (await query.executeTakeFirstOrThrow()).lastUsedAt;
      };
      const first = ctx.clock.now();
      noteSecretUse(ctx, row.id, first);
      await expect.poll(lastUsed).toBe(first);
      noteSecretUse(ctx, row.id, first + 59_999);
      noteSecretUse(ctx, row.id, first + 60_000);
      await expect.poll(lastUsed).toBe(first + 60_000);
    });

    test("a note that cannot be written disturbs nobody", async () => {
      const broken = { log: ctx.log, db: { write: () => Promise.reject(new Error("down")) } };
      expect(() => noteSecretUse(broken as never, "sec_1", 1)).not.toThrow();
      await new Promise((resolve) => setTimeout(resolve, 10));
    });

    test("a leaked one is deleted only while another one works, and the owners hear of it once", async () => {
      const id = await register();
      const one = await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now()));
      const report = (secret: string) =>
        ctx.db.write((tx) => markSecretLeaked(ctx, tx, hashOf(secret), ctx.clock.now()));
      ctx.mails.length = 0;

      expect(await report(one.clientSecret)).toBe(true);
      expect(await report(one.clientSecret)).toBe(true);
      expect(await secretMatches(ctx.db.read, id, one.clientSecret)).toBe(one.row.id);
      await expect.poll(() => ctx.mails.map((mail) => mail.to)).toEqual(["owner@example.com"]);
      expect(ctx.mails[0]?.text).not.toContain(one.clientSecret);

      const two = await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now()));
      await report(one.clientSecret);
      expect(await secretMatches(ctx.db.read, id, one.clientSecret)).toBeNull();
      await report(two.clientSecret);
      expect(await secretMatches(ctx.db.read, id, two.clientSecret)).toBe(two.row.id);
      expect(await report("bi_cs_unknown")).toBe(false);
    });

    test("two reported at once never leave the app without any", async () => {
      const id = await register();
      const added = [
        await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now())),
        await ctx.db.write((tx) => addSecret(tx, id, ctx.clock.now())),
      ];
      await Promise.all(
        added.map(({ clientSecret }) =>
          ctx.db.write((tx) => markSecretLeaked(ctx, tx, hashOf(clientSecret), ctx.clock.now())),
        ),
      );
      const live = await Promise.all(
        added.map(({ clientSecret }) => secretMatches(ctx.db.read, id, clientSecret)),
      );
      expect(live.filter(Boolean)).toHaveLength(1);
    });
  });
});

const FIELDS: NewApp = {
  name: "Acme",
  type: "web",
  authentication: "secret",
  origin: "dashboard",
  organizationId: "org_1",
  homepage: null,
  redirectUris: ["https://acme.example/cb"],
  scopes: ["keys:read", "org:read"],
  createdBy: null,
  expiresAt: null,
};

async function seedOrganization(ctx: TestContext): Promise<void> {
  const at = new Date(ctx.clock.now()).toISOString();
  await ctx.db.write(async (tx) => {
    await tx
      .insertInto("organizations")
      .values({ id: "org_1", slug: "widgets", name: "Widgets", createdAt: 1, deletedAt: null })
      .execute();
    for (const role of ["owner", "admin"]) {
      const emailVerified = ctx.db.engine === "sqlite" ? 1 : true;
      const user = {
        id: `usr_${role}`,
        name: role,
        email: `${role}@example.com`,
        emailVerified,
        image: null,
      };
      await tx
        .insertInto("users")
        .values({ ...user, createdAt: at, updatedAt: at })
        .execute();
      await tx
        .insertInto("members")
        .values({ organizationId: "org_1", userId: user.id, role, createdAt: 1 })
        .execute();
    }
  });
}

async function insertGrant(ctx: TestContext, id: string, appId: string): Promise<void> {
  const never = { lastUsedAt: null, revokedAt: null, revokedBy: null, revokeReason: null };
  const grant = { id, appId, userId: "usr_owner", organizationId: "org_1", projectAccess: "all" as const };
  await ctx.db.write((tx) =>
    tx
      .insertInto("grants")
      .values({ ...grant, ...never, scopes: JSON.stringify(ALL_SCOPES), createdAt: 1, updatedAt: 1 })
      .execute(),
  );
}
