import { OPENS } from "@parlance/contract/credentials";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ORIGIN, openSite, PASSWORD } from "../../test/support/account-site.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { registerApp } from "../apps/apps.ts";
import { insertRequest } from "../oauth/store-requests.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import { sweepSessions, sweepVerifications } from "./sweep.ts";

describe.each(ENGINES)("accounts on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it("signs up, verifies by the mailed link and is signed in by it", async () => {
    const site = openSite(database);
    const form = { name: "Ada", email: "Ada@example.com", password: PASSWORD };
    const asked = await site.post("/sign-up/email", form);
    expect(asked).toMatchObject({ status: 200, body: { status: true } });
    expect(await site.accounts.session(new Headers({ cookie: asked.cookie }))).toBeNull();
    const link = site.lastLink();
    expect(link).toMatch(/^http:\/\/localhost:3000\/api\/auth\/verify-email\?token=.+&callbackURL=%2F$/);
    const { status, cookie } = await site.get(link.slice(`${ORIGIN}/api/auth`.length), asked.cookie);
    expect(status).toBe(302);
    expect(await site.accounts.session(new Headers({ cookie }))).toEqual({
      kind: "session",
      opens: OPENS.session,
      sessionId: expect.stringMatching(/^ses_/),
      userId: expect.stringMatching(/^usr_/),
      name: "Ada",
      email: "ada@example.com",
      emailVerified: true,
    });
  });

  it("verifies but does not sign in a browser that did not ask for the link", async () => {
    const site = openSite(database);
    const asked = (name: string) =>
      site.post("/sign-up/email", { name, email: `${name}@example.com`, password: PASSWORD });
    await asked("mallory");
    const link = site.lastLink().slice(`${ORIGIN}/api/auth`.length);
    const victim = await asked("victim");
    const opened = await site.get(link, victim.cookie);
    expect(opened).toMatchObject({ status: 302, cookie: "" });
    expect((await site.signIn("mallory@example.com")).body).toMatchObject({ user: { emailVerified: true } });
  });

  it("answers a sign-up with a taken address as any other and tells the owner by mail", async () => {
    const site = openSite(database);
    const form = { name: "Bea", email: "bea@example.com", password: PASSWORD };
    const first = await site.post("/sign-up/email", form);
    const second = await site.post("/sign-up/email", { ...form, name: "Mallory" });
    expect(second).toEqual(first);
    await vi.waitFor(() => expect(site.ctx.mails.at(-1)?.subject).toBe("You already have an account"));
    expect(site.ctx.mails.at(-1)?.text).not.toContain("Mallory");
  });

  it("lets an unverified person sign in, with a new session each time and no token in the answer", async () => {
    const site = openSite(database);
    await site.person("cleo@example.com", false);
    const first = await site.signIn("cleo@example.com");
    const second = await site.signIn("cleo@example.com", first.cookie);
    expect(first.body).toEqual({
      user: expect.objectContaining({ email: "cleo@example.com", emailVerified: false }),
    });
    expect(second.cookie).not.toBe(first.cookie);
    const shown = await site.get("/get-session", first.cookie);
    expect(shown.body).toMatchObject({
      user: { name: "cleo@example.com" },
      session: { userId: expect.any(String) },
    });
    expect(JSON.stringify(shown.body)).not.toContain("token");
  });

  it("answers null to whoever is not signed in", async () => {
    const site = openSite(database);
    expect((await site.get("/get-session")).body).toBeNull();
    expect(await site.accounts.session(new Headers())).toBeNull();
    expect(
      await site.accounts.session(new Headers({ cookie: "parlance-session-3000=forged.signature" })),
    ).toBeNull();
  });

  it("ends the session at sign-out", async () => {
    const site = openSite(database);
    await site.person("dora@example.com");
    const { cookie } = await site.signIn("dora@example.com");
    expect((await site.post("/sign-out", {}, { cookie })).status).toBe(200);
    expect(await site.accounts.session(new Headers({ cookie }))).toBeNull();
  });

  it("resets a password once by the mailed link, which proves the address and ends every session", async () => {
    const site = openSite(database);
    const { id } = await site.person("eva@example.com", false);
    const { cookie } = await site.signIn("eva@example.com");
    await site.post("/request-password-reset", {
      email: "eva@example.com",
      redirectTo: "/reset-password?next=%2Fconnect%2Freq_1",
    });
    const link = new URL(site.lastLink());
    expect(link.pathname).toBe("/reset-password");
    expect(link.searchParams.get("next")).toBe("/connect/req_1");
    const token = link.searchParams.get("token");
    const stored = await database.db.read.selectFrom("verifications").selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(token);

    const reset = () => site.post("/reset-password", { newPassword: "another long one", token });
    expect((await reset()).status).toBe(200);
    expect(await actions(id)).toEqual(["account.password_reset"]);
    expect(await site.accounts.session(new Headers({ cookie }))).toBeNull();
    expect(await reset()).toMatchObject({ status: 400, body: { code: "INVALID_TOKEN" } });
    expect((await site.signIn("eva@example.com")).status).toBe(401);
    const again = await site.signIn("eva@example.com", "", "another long one");
    expect(again.body).toMatchObject({ user: { emailVerified: true } });
  });

  it("answers a reset request the same for an address without account", async () => {
    const site = openSite(database);
    await site.person("fay@example.com");
    const known = await site.post("/request-password-reset", { email: "fay@example.com" });
    expect(await site.post("/request-password-reset", { email: "nobody@example.com" })).toEqual(known);
    expect(site.ctx.mails.map((mail) => mail.to)).toEqual(["fay@example.com"]);
  });

  it("ends all other sessions and what waits for consent when the password changes", async () => {
    const site = openSite(database);
    const { id } = await site.person("gina@example.com");
    const here = await site.signIn("gina@example.com");
    const elsewhere = await site.signIn("gina@example.com");
    const form = { currentPassword: PASSWORD, newPassword: "another long one", revokeOtherSessions: false };
    const wrong = await site.post(
      "/change-password",
      { ...form, currentPassword: "no" },
      { cookie: here.cookie },
    );
    expect(wrong).toMatchObject({ status: 400, body: { code: "INVALID_PASSWORD" } });
    await begin(id);
    expect(await actions(id)).toEqual([]);

    const answer = await site.post("/change-password", form, { cookie: here.cookie });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain("token");
    expect(await actions(id)).toEqual(["account.password_changed"]);
    expect(await pending(id)).toBe(0);
    expect(await site.accounts.session(new Headers({ cookie: elsewhere.cookie }))).toBeNull();
    expect(await site.accounts.session(new Headers({ cookie: answer.cookie }))).toMatchObject({ userId: id });
  });

  it("ends them in the statement that writes the password, so that no failure or crash after it matters", async () => {
    const site = openSite(database);
    const { id } = await site.person("gwen@example.com");
    const other = await site.person("gert@example.com");
    const { cookie } = await site.signIn("gwen@example.com");
    const elsewhere = await site.signIn("gert@example.com");
    for (const userId of [id, other.id]) await begin(userId);
    const write = (password: string) =>
      database.db.writer.updateTable("accounts").set({ password }).where("userId", "=", id).execute();
    const { password } = await database.db.read
      .selectFrom("accounts")
      .select("password")
      .where("userId", "=", id)
      .executeTakeFirstOrThrow();
    await write(password as string);
    expect(await pending(id)).toBe(1);

    await write("another hash");
    expect(await pending(id)).toBe(0);
    expect(await site.accounts.session(new Headers({ cookie }))).toBeNull();
    expect(await pending(other.id)).toBe(1);
    expect(await site.accounts.session(new Headers({ cookie: elsewhere.cookie }))).not.toBeNull();
  });

  it.each(["/change-password", "/reset-password"])(
    "ends them when our own rows of %s cannot be written",
    async (path) => {
      const site = openSite(database);
      const email = `${path.slice(1)}@example.com`;
      const { id } = await site.person(email);
      const { cookie } = await site.signIn(email);
      await site.post("/request-password-reset", { email });
      const token = new URL(site.lastLink()).searchParams.get("token");
      await begin(id);
      vi.spyOn(site.ctx.db, "write").mockRejectedValueOnce(new Error("the database went away"));
      const form = { newPassword: "another long one", currentPassword: PASSWORD, token };
      await site.raw(path, form, { cookie }).catch(() => {});
      expect(await actions(id)).toEqual([]);
      expect(await pending(id)).toBe(0);
      expect(await site.accounts.session(new Headers({ cookie }))).toBeNull();
      expect((await site.signIn(email)).status).toBe(401);
    },
  );

  it("deletes a person with everything they signed in with, unless a listener objects", async () => {
    const site = openSite(database);
    const { id } = await site.person("hana@example.com");
    const { cookie } = await site.signIn("hana@example.com");
    let objects = true;
    site.accounts.onUserDeleted(async () => {
      if (objects) throw new ApiError("conflict");
    });
    const erase = () => database.db.write((tx) => site.accounts.deleteUser(tx, id, site.ctx.clock.now()));
    await expect(erase()).rejects.toThrow(ApiError);
    expect(await site.accounts.session(new Headers({ cookie }))).not.toBeNull();
    objects = false;
    expect(await erase()).toBe(true);
    expect(await site.accounts.session(new Headers({ cookie }))).toBeNull();
    expect(await erase()).toBe(false);
  });

  it("limits sign-ins by the address the app resolved, not by a header from outside", async () => {
    const site = openSite(database, { NODE_ENV: "development" });
    const attempt = (forwarded: string, address?: string) =>
      site.post(
        "/sign-in/email",
        { email: "nobody@example.com", password: PASSWORD },
        {
          "x-forwarded-for": forwarded,
          "x-parlance-client-address": forwarded,
          ...(address && { "x-test-address": address }),
        },
      );
    for (let i = 0; i < 10; i++) expect((await attempt(`198.51.100.${i}`)).status).toBe(401);
    const refused = await attempt("198.51.100.99");
    expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    expect((await attempt("198.51.100.1", "203.0.113.9")).status).toBe(401);
  });

  it("tells a page who is signed in without writing, so that nothing which holds up writes holds up pages", async () => {
    const uncounted = openSite(database);
    await uncounted.person("jo@example.com");
    const { cookie } = await uncounted.signIn("jo@example.com");
    const site = openSite(database, { NODE_ENV: "development" });
    const write = vi.spyOn(database.db, "write");
    const take = vi.spyOn(site.ctx.limiter, "take");
    for (let left = 201; left > 0; left--) {
      const answer = await site.get("/get-session", cookie);
      expect(answer).toMatchObject({ status: 200, body: { user: { email: "jo@example.com" } } });
    }
    expect(write).not.toHaveBeenCalled();
    expect(take).not.toHaveBeenCalled();
    write.mockRestore();
  });

  it("sweeps what expired", async () => {
    const site = openSite(database);
    await site.person("ida@example.com");
    await site.signIn("ida@example.com");
    const WEEK = 7 * 24 * 3600 * 1000;
    const { db, clock } = site.ctx;
    for (const sweep of [sweepSessions, sweepVerifications]) {
      const sweepAt = (now: number, budget: number) => db.write((tx) => sweep(tx, now, budget, { db }));
      expect(await sweepAt(clock.now(), 1000)).toBe(0);
      expect(await sweepAt(clock.now() + WEEK + 60_000, 1)).toBe(1);
      expect(await sweepAt(clock.now() + WEEK + 60_000, 1000)).toBeGreaterThanOrEqual(0);
      expect(await sweepAt(clock.now() + WEEK + 60_000, 1000)).toBe(0);
    }
  });

  /** Puts an authorization request of this person in the way, as an app would. */
  async function begin(userId: string): Promise<void> {
    const app = {
      ...({ name: "Sprout", type: "web", authentication: "none", origin: "registered" } as const),
      ...{
        organizationId: null,
        homepage: null,
        redirectUris: [],
        scopes: [],
        createdBy: null,
        expiresAt: null,
      },
    };
    await database.db.write(async (tx) =>
      insertRequest(tx, {
        ...{ id: newId("req"), appId: await registerApp(tx, app, 1), userId, browserHash: "x" },
        ...{ redirectUri: "https://a.example/", redirectUriSent: 1, scopes: "[]", identityScopes: "[]" },
        ...{ state: null, codeChallenge: null, resources: "[]", organizationHint: null, createdAt: 1 },
        ...{
          expiresAt: 2,
          extendedAt: null,
          decision: null,
          decidedAt: null,
          redeemedAt: null,
          documentHash: null,
        },
      }),
    );
  }

  async function pending(userId: string): Promise<number> {
    const rows = database.db.read
      .selectFrom("authorizationRequests")
      .select("id")
      .where("userId", "=", userId);
    return (await rows.execute()).length;
  }

  async function actions(userId: string): Promise<string[]> {
    const rows = database.db.read.selectFrom("auditEntries").select("action").where("target", "=", userId);
    return (await rows.execute()).map((row) => row.action);
  }
});
