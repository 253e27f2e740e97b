import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSite, PASSWORD } from "../../test/support/account-site.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";

describe("account routes", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await ENGINES[0].open();
  });
  afterAll(() => database.close());

  const form = { email: "nobody@example.com", password: PASSWORD };

  it.each([
    ["no Origin", { origin: undefined }, 403, "forbidden"],
    ["another Origin", { origin: "https://evil.example" }, 403, "forbidden"],
    ["Origin null", { origin: "null" }, 403, "forbidden"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
    ["no content type", { "content-type": "" }, 415, "unsupported_media_type"],
  ])("refuse %s", async (_, headers, status, error) => {
    const answer = await openSite(database).post("/sign-in/email", form, headers);
    expect(answer).toMatchObject({ status, body: { error } });
  });

  it.each([
    ["a list", [], 400],
    ["a missing field", { email: form.email }, 400],
    ["a field of another type", { ...form, email: { $ne: null } }, 400],
    ["a name with control characters", { ...form, name: "a\u0000b" }, 400],
    ["a body above 64 kB", { ...form, name: "a".repeat(70_000) }, 413],
  ])("refuse %s", async (_, body, status) => {
    expect((await openSite(database).post("/sign-up/email", body)).status).toBe(status);
  });

  it.each([
    ["a short password", { password: "123456789" }, 400, "PASSWORD_TOO_SHORT"],
    ["a long password", { password: "a".repeat(129) }, 400, "PASSWORD_TOO_LONG"],
    ["an address that is none", { email: "nobody" }, 400, undefined],
    ["a link that leads elsewhere", { callbackURL: "https://evil.example/" }, 400, undefined],
    ["a link that leads elsewhere without scheme", { callbackURL: "//evil.example/" }, 400, undefined],
  ])("refuse %s at sign-up", async (_, change, status, code) => {
    const answer = await openSite(database).post("/sign-up/email", { name: "Zoe", ...form, ...change });
    expect(answer).toMatchObject({ status, body: code ? { code } : {} });
  });

  it.each([
    ["GET", "/list-sessions"],
    ["POST", "/revoke-sessions"],
    ["POST", "/update-user"],
    ["POST", "/change-email"],
    ["POST", "/delete-user"],
    ["POST", "/sign-in/social"],
    ["GET", "/reset-password/some-token?callbackURL=%2F"],
    ["GET", "/error"],
    ["GET", "/ok"],
    ["GET", "/callback/github"],
  ])("do not have the library's %s %s", async (method, path) => {
    const site = openSite(database);
    expect((method === "GET" ? await site.get(path) : await site.post(path, {})).status).toBe(404);
  });

  it("set a __Host- cookie that scripts cannot read on HTTPS", async () => {
    const origin = "https://translate.example.com";
    const site = openSite(database, { PUBLIC_URL: origin, secure: true });
    await site.person("joy@example.com");
    const response = await site.raw(
      "/sign-in/email",
      { email: "joy@example.com", password: PASSWORD },
      { origin },
    );
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-parlance-session=/);
    const attributes = cookie.split("; ").slice(1);
    expect(attributes).toEqual(expect.arrayContaining(["HttpOnly", "Secure", "SameSite=Lax", "Path=/"]));
    expect(attributes.join()).not.toMatch(/domain/i);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("send a broken verification link back to its page with the reason", async () => {
    const response = await openSite(database).app.request(
      "/api/auth/verify-email?token=nonsense&callbackURL=%2Fverify",
    );
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/verify?error=INVALID_TOKEN");
  });
});
