import { afterAll, expect, test } from "vitest";
import {
  type App,
  Browser,
  call,
  connect,
  exchange,
  installationToken,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startServer } from "../support/server.ts";

const server = await startServer();
afterAll(() => server.close());
const { base, ctx } = server;

async function addOwner(): Promise<{ userId: string; browser: Browser }> {
  const person = { email: "ada@example.com", password: "correct horse battery" };
  const { id } = await server.app.accounts.createUser({ ...person, name: "Ada", verified: true });
  const browser = new Browser(base);
  await browser.post("/api/auth/sign-in/email", person);
  await browser.post("/api/dashboard/organizations", { name: "Acme" });
  return { userId: id, browser };
}

async function registerApp(): Promise<App> {
  const redirectUri = "http://127.0.0.1/callback";
  const response = await fetch(`${base}/api/auth/mcp/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [redirectUri] }),
  });
  const { client_id: clientId } = (await response.json()) as { client_id: string };
  return { clientId, secret: null, redirectUri };
}

test("an app learns nothing of a person who administers no connected organization, until the role returns", async () => {
  const owner = await addOwner();
  const app = await registerApp();
  const scope = "openid profile email org:read";
  // An app that brings itself is taken for an agent unless it says for what it comes.
  const resource = `${base}/api/oauth-client`;
  const issued = await tokens(exchange(base, app, await connect(owner.browser, app, { scope, resource })));
  const installation = await installationToken(base, issued);
  const userinfo = () =>
    fetch(`${base}/api/auth/mcp/userinfo`, { headers: { authorization: `Bearer ${issued.access_token}` } });
  const setRole = (role: string) =>
    ctx.db.write((tx) =>
      tx.updateTable("members").set({ role }).where("userId", "=", owner.userId).execute(),
    );

  await setRole("member");
  expect(await refusal(call(base, "/me", installation))).toEqual([403, "wrong_organization"]);
  expect(await refusal(call(base, "/me", issued.access_token))).toEqual([403, "wrong_organization"]);
  expect(await refusal(userinfo())).toEqual([403, "wrong_organization"]);
  expect(await refusal(refresh(base, app, issued.refresh_token))).toEqual([400, "invalid_grant"]);

  await setRole("owner");
  expect((await call(base, "/me", issued.access_token)).status).toBe(200);
  expect((await userinfo()).status).toBe(200);
});
