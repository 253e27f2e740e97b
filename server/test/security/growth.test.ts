import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRateLimiter } from "../../src/database/rate-limit.ts";
import { newId } from "../../src/platform/crypto.ts";
import { WORKERS } from "../../src/workers.ts";
import { ENGINES } from "../support/databases.ts";
import { authorize, Browser, connect, exchange, tokens } from "../support/flow.ts";
import { startServer, type TestServer } from "../support/server.ts";

const HOUR_MS = 60 * 60 * 1000;

/** What strangers and traffic leave in the database goes again. */
describe.each(ENGINES)("nothing grows with traffic alone on $engine", ({ open }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ open });
  });
  afterAll(() => server.close());
  const count = async (table: "codes" | "rateLimits" | "authorizationRequests" | "installationTokens") =>
    (await server.ctx.db.read.selectFrom(table).selectAll().execute()).length;

  const sweep = async () => {
    for (const worker of WORKERS) await worker.step(server.ctx, () => false);
  };

  test("windows of rate limits go once they are over, running ones stay", async () => {
    const { ctx } = server;
    const limiter = openRateLimiter(ctx.db);
    const hourly = { count: 20, seconds: 3600 };
    for (let i = 0; i < 30; i++)
      await limiter.take(`client-failures:${newId("app")}`, hourly, ctx.clock.now());
    ctx.clock.advance(3 * HOUR_MS);
    for (let i = 0; i < 20; i++) await limiter.take("running", hourly, ctx.clock.now());
    await sweep();
    expect(await count("rateLimits")).toBe(ctx.db.engine === "postgres" ? 1 : 0);
    expect((await limiter.take("running", hourly, ctx.clock.now())).allowed).toBe(false);
  });

  test("a backlog of several budgets goes in one round", async () => {
    const { ctx } = server;
    const token = {
      grantId: "g",
      familyId: "f",
      scopes: null,
      projectIds: null,
      issuedAt: 0,
      revokedAt: null,
    };
    const expired = (hash: number) => ({ ...token, hash: String(hash), expiresAt: ctx.clock.now() - 1 });
    await ctx.db.write(async (tx) => {
      for (let from = 0; from < 9000; from += 1000) {
        const values = Array.from({ length: 1000 }, (_, index) => expired(from + index));
        await tx.insertInto("installationTokens").values(values).execute();
      }
    });
    await sweep();
    expect(await count("installationTokens")).toBe(0);
  });

  test("a code goes even when its request went first, with a password or an app", async () => {
    const { ctx, base, app: parts } = server;
    const person = { email: "ada@example.com", password: "correct horse battery" };
    await parts.accounts.createUser({ ...person, name: "Ada", verified: true });
    const browser = new Browser(base);
    await browser.post("/api/auth/sign-in/email", person);
    await browser.post("/api/dashboard/organizations", { name: "Acme" });
    const registered = await fetch(`${base}/api/auth/mcp/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: ["http://127.0.0.1/callback"] }),
    });
    const { client_id: clientId } = (await registered.json()) as { client_id: string };
    const app = { clientId, secret: null, redirectUri: "http://127.0.0.1/callback" };
    const used = await connect(browser, app);
    await tokens(exchange(base, app, used));
    await connect(browser, app);
    await authorize(browser, app);
    const change = { currentPassword: person.password, newPassword: "another horse battery" };
    expect((await browser.post("/api/auth/change-password", change)).status).toBe(200);
    expect(await count("codes")).toBe(2);

    await sweep();
    // Young ones stay: a replay must be recognized.
    expect(await count("codes")).toBe(2);
    ctx.clock.advance(26 * HOUR_MS);
    await sweep();
    expect(await count("codes")).toBe(0);
    expect(await count("authorizationRequests")).toBe(0);
  });
});
