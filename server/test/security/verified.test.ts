import { afterAll, expect, test } from "vitest";
import { verifyApp } from "../../src/apps/change-app.ts";
import { Browser } from "../support/flow.ts";
import { startServer } from "../support/server.ts";

const server = await startServer();
afterAll(() => server.close());

test("a publisher who takes another name is no longer verified: the consent page shows it beside the badge", async () => {
  const { base, ctx } = server;
  const person = { email: "ada@example.com", password: "correct horse battery" };
  await server.app.accounts.createUser({ ...person, name: "Ada", verified: true });
  const browser = new Browser(base);
  await browser.post("/api/auth/sign-in/email", person);
  const made = await browser.post("/api/dashboard/organizations", { name: "Acme" });
  const organization = `/api/dashboard/organizations/${((await made.json()) as { id: string }).id}`;
  const fields = { name: "Sprout", type: "web", redirectUris: ["https://app.example/callback"] };
  const created = await browser.post(`${organization}/apps`, fields);
  const { app } = (await created.json()) as { app: { id: string } };
  await ctx.db.write((tx) => verifyApp(tx, app.id, ctx.clock.now()));
  const isVerified = async () => {
    const response = await browser.request(`${organization}/apps/${app.id}`);
    return ((await response.json()) as { verified: boolean }).verified;
  };

  expect((await browser.post(organization, { name: "Acme" }, {}, "PATCH")).status).toBe(200);
  expect(await isVerified()).toBe(true);
  expect((await browser.post(organization, { name: "Well-Known Bank" }, {}, "PATCH")).status).toBe(200);
  expect(await isVerified()).toBe(false);
});
