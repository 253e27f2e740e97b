import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { startServer, type TestServer } from "../support/server.ts";

const PASSWORD = "correct horse battery staple";
const HOME = "203.0.113.1";

describe.each(ENGINES)("signing in on $engine", { timeout: 120_000 }, ({ open }) => {
  let server: TestServer;
  beforeAll(async () => {
    // Limits are off in tests that are not about them.
    const environment = { NODE_ENV: "development", TRUSTED_PROXIES: "127.0.0.0/8, ::1" };
    server = await startServer({ open, environment });
    for (const name of ["ada", "bea", "cleo"]) {
      const person = { name, email: `${name}@example.com`, password: PASSWORD, verified: true };
      await server.app.accounts.createUser(person);
    }
  });
  afterAll(() => server.close());

  const post = (path: string, from: string, body: object, cookie?: string) =>
    fetch(`${server.base}/api/auth${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: server.base,
        "x-forwarded-for": from,
        ...(cookie && { cookie }),
      },
      body: JSON.stringify(body),
    });
  const signIn = (email: string, from: string, password = PASSWORD) =>
    post("/sign-in/email", from, { email, password });

  test("twelve right passwords in a minute are twelve sessions", async () => {
    for (let left = 12; left > 0; left--) expect((await signIn("ada@example.com", HOME)).status).toBe(200);
  });

  test("sixty wrong ones from sixty addresses are slowed, and the right one is let in", async () => {
    expect((await signIn("bea@example.com", HOME)).status).toBe(200);
    const begun = performance.now();
    const guesses = Array.from({ length: 60 }, (_, at) =>
      signIn("bea@example.com", `198.51.100.${at}`, "wrong horse battery"),
    );
    const atHome = await signIn("bea@example.com", HOME);
    const elsewhere = signIn("bea@example.com", "203.0.113.77");
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses).toEqual(Array(60).fill(401));
    expect(performance.now() - begun).toBeGreaterThan(9_000);
    expect(atHome.status).toBe(200);
    expect((await elsewhere).status).toBe(200);
  });

  test("wrong ones of one network for one account are refused after ten, until the minute is over", async () => {
    const statuses: number[] = [];
    for (let left = 11; left > 0; left--) statuses.push((await signIn("cleo@example.com", HOME, "x")).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    const refused = await signIn("cleo@example.com", HOME);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({ error: "rate_limited" });
    server.ctx.clock.advance(60_000);
    expect((await signIn("cleo@example.com", HOME)).status).toBe(200);
  });

  test("an account that does not exist is answered and refused as one that does", async () => {
    const seen: string[] = [];
    for (let left = 11; left > 0; left--) {
      const answer = await signIn("nobody@example.com", "203.0.113.5", "wrong horse battery");
      const { message, error } = (await answer.json()) as Record<string, string>;
      seen.push(`${answer.status} ${message ?? error}`);
    }
    expect(new Set(seen)).toEqual(new Set(["401 Invalid email or password", "429 rate_limited"]));
  });

  test("wrong current passwords of a session are counted, and not its right ones", async () => {
    const signedIn = await signIn("ada@example.com", HOME);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const change = (currentPassword: string) =>
      post("/change-password", HOME, { currentPassword, newPassword: PASSWORD }, cookie);
    const statuses: number[] = [];
    for (let left = 11; left > 0; left--) statuses.push((await change("wrong horse battery")).status);
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
    server.ctx.clock.advance(60_000);
    expect((await change(PASSWORD)).status).toBe(200);
  });
});
