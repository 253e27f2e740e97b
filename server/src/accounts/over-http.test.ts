import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { openTestSqlite, type TestDatabase } from "../../test/support/databases.ts";
import { signIn, signUp, visit } from "../../test/support/visitor.ts";
import { openAccounts } from "./accounts.ts";
import type { AccountEnv } from "./routes.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestSqlite();
});
afterAll(() => database.close());

it("a person signs up, follows the mailed link, signs out and in again", async () => {
  const app = new Hono<AccountEnv>();
  const server = createAdaptorServer(app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ctx = testContext(database.db, { config: { PUBLIC_URL: baseUrl } });
  app.use(async (c, next) => {
    c.set("address", "127.0.0.1");
    await next();
  });
  app.route("/", openAccounts(ctx).routes);

  const ada = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };
  const visitor = visit(baseUrl);
  const whoAmI = async () => (await visitor.get("/api/auth/get-session")).json();
  await signUp(visitor, ada, () => ctx.mails);
  expect(await whoAmI()).toMatchObject({ user: { email: ada.email, emailVerified: true } });
  await visitor.post("/api/auth/sign-out", {});
  expect(await whoAmI()).toBeNull();
  await signIn(visitor, ada);
  expect(await whoAmI()).toMatchObject({ user: { name: "Ada" } });
  server.close();
});
