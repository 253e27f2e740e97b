import { Hono } from "hono";
import { type Accounts, openAccounts } from "../../src/accounts/accounts.ts";
import type { AccountEnv } from "../../src/accounts/routes.ts";
import { ApiError } from "../../src/platform/api-error.ts";
import type { Config } from "../../src/platform/config.ts";
import { type TestContext, testContext } from "./context.ts";
import type { TestDatabase } from "./databases.ts";

export const ORIGIN = "http://localhost:3000";
export const PASSWORD = "correct horse battery";

/** The account routes as the app mounts them, and a browser's view of them. */
export function openSite(database: TestDatabase, config: Partial<Config> = {}) {
  const ctx: TestContext = testContext(database.db, { config });
  const accounts: Accounts = openAccounts(ctx);
  const app = new Hono<AccountEnv>();
  app.use(async (c, next) => {
    c.set("address", c.req.header("x-test-address") ?? "192.0.2.1");
    await next();
  });
  app.route("/", accounts.routes);
  app.onError((error, c) => {
    if (!(error instanceof ApiError)) throw error;
    return c.json(error.body, error.status as 400);
  });
  const raw = async (path: string, body: unknown, headers: Record<string, string | undefined> = {}) => {
    const all = { origin: ORIGIN, "content-type": "application/json", ...headers };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return app.request(`/api/auth${path}`, { method: "POST", headers: given, body: JSON.stringify(body) });
  };
  const post = async (path: string, body: unknown, headers: Record<string, string | undefined> = {}) =>
    shown(await raw(path, body, headers));
  return {
    ctx,
    app,
    accounts,
    raw,
    post,
    get: async (path: string, cookie = "") =>
      shown(await app.request(`/api/auth${path}`, { headers: { cookie } })),
    person: (email: string, verified = true) =>
      accounts.createUser({ name: email, email, password: PASSWORD, verified }),
    signIn: (email: string, cookie = "", password = PASSWORD) =>
      post("/sign-in/email", { email, password }, cookie ? { cookie } : {}),
    lastLink: () => ctx.mails.at(-1)?.text.match(/^https?:\S+$/m)?.[0] ?? "",
  };
}

async function shown(response: Response) {
  const text = await response.text();
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const json = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: json && text ? JSON.parse(text) : text, cookie };
}
