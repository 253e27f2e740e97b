import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createParlance } from "@parlance/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authorized } from "../../../sdk/test/real-server.ts";
import { type Scene, startScene } from "../../../server/test/refusals/scene.ts";
import { Browser } from "../../../server/test/support/flow.ts";
import { readSettings } from "../../web-partner/src/settings.ts";
import { createApp } from "./app.ts";
import { openStore } from "./store.ts";

/** A person's way through the app, in order, with a whole server: what the pages show is what the person may rely on. */
let scene: Scene;
let server: Server;
let visitor: Browser;
let page: string;

beforeAll(async () => {
  scene = await startScene();
  let fetchPage: (request: Request) => Response | Promise<Response> = () => new Response();
  server = serve({ fetch: (request) => fetchPage(request), port: 0, hostname: "localhost" }) as Server;
  if (!server.listening) await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const redirectUri = `${url}/connect/callback`;
  const { clientId, secret } = await scene.addApp(scene.people.owner, scene.organization, {
    redirectUris: [redirectUri],
  });
  const settings = readSettings({ PARLANCE_CLIENT_ID: clientId, PARLANCE_URL: scene.base, APP_URL: url });
  const parlance = createParlance({
    ...{ url: scene.base, clientId, clientSecret: secret ?? undefined, redirectUri },
    scopes: [
      "org:read",
      "projects:read",
      "keys:read",
      "keys:write",
      "translations:read",
      "translations:write",
    ],
    store: openStore(":memory:"),
  });
  fetchPage = createApp(settings, parlance).fetch as typeof fetchPage;
  visitor = new Browser(url);
});

afterAll(async () => {
  server.close();
  await scene.server.close();
});

const shown = async (path: string) => (await visitor.request(path)).text();

/** Sends a form of the app's own pages; answers where it leads. */
async function send(
  path: string,
  fields: Record<string, string> = {},
  origin = visitor.base,
): Promise<Response> {
  return visitor.request(path, { method: "POST", headers: { origin }, body: new URLSearchParams(fields) });
}

/** From the form to the app's callback, by way of consent. */
async function connected(fields: Record<string, string> = {}): Promise<Response> {
  const begun = await send("/connect/start", fields);
  const callback = await authorized(scene.people.owner.browser, begun.headers.get("location") ?? "");
  return visitor.request(callback.pathname + callback.search);
}

test("a visitor connects, and sees the organization and its projects", async () => {
  expect(await shown("/")).toContain("Let this app work with your translations");
  expect((await connected()).headers.get("location")).toBe("/?done=connected");
  const home = await shown("/?done=connected");
  expect(home).toContain("Connected.");
  page = /href="(\/connections\/[^"/]+)"/.exec(home)?.[1] ?? "";
  expect(await shown(page)).toContain(`${page}/projects/${scene.project.id}`);
});

test("keys and texts are written, and a permission that is missing is asked for", async () => {
  const project = `${page}/projects/${scene.project.id}`;
  const key = { namespace: "default", name: "from.app", language: "en", text: "Written & read" };
  expect((await send(`${project}/keys`, key)).headers.get("location")).toBe(`${project}?done=key`);
  expect((await send(`${project}/values`, { ...key, text: "Again" })).headers.get("location")).toContain(
    "done=value",
  );
  expect(await shown(project)).toContain("from.app");
  const faulty = await send(`${project}/keys`, { ...key, namespace: "no spaces" });
  expect([faulty.status, await faulty.text()]).toEqual([400, expect.stringContaining("/keys/0/namespace")]);
  const refused = await send(`${project}/releases`);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("translations:publish");
});

test("another visitor sees nothing of it, and a foreign page sends no form", async () => {
  const other = new Browser(visitor.base);
  expect((await other.request(page)).status).toBe(404);
  expect((await send(`${page}/disconnect`, {}, "https://evil.example")).status).toBe(403);
  const begun = await send("/connect/start");
  const callback = await authorized(scene.people.owner.browser, begun.headers.get("location") ?? "");
  const stolen = await other.request(callback.pathname + callback.search);
  expect([stolen.status, await stolen.text()]).toEqual([400, expect.stringContaining("Begin again")]);
});

test("a revoke at the server ends in Reconnect, which makes the same connection work again", async () => {
  const { browser } = scene.people.owner;
  const listed = await browser.request("/api/dashboard/connections");
  const { items } = (await listed.json()) as { items: { id: string }[] };
  for (const { id } of items) {
    const headers = { origin: scene.base };
    const revoked = await browser.request(`/api/dashboard/connections/${id}`, { method: "DELETE", headers });
    expect(revoked.status).toBe(204);
  }
  const project = await visitor.request(`${page}/projects/${scene.project.id}`);
  expect(project.headers.get("location")).toBe(page);
  expect(await shown(page)).toContain("Reconnect");
  expect((await connected({ organization: scene.organization.id })).status).toBe(303);
  expect(await shown(page)).toContain(scene.project.id);
});

test("a visitor who says no is told so, and one who disconnects is rid of it", async () => {
  const begun = new URL((await send("/connect/start")).headers.get("location") ?? "");
  const no = new URLSearchParams({
    state: begun.searchParams.get("state") ?? "",
    iss: scene.base,
    error: "access_denied",
  });
  expect((await visitor.request(`/connect/callback?${no}`)).headers.get("location")).toBe("/?done=cancelled");
  expect((await send(`${page}/disconnect`)).headers.get("location")).toBe("/?done=disconnected");
  expect(await shown("/")).toContain("Let this app work with your translations");
});

test.each([
  [{}, "PARLANCE_CLIENT_ID is missing"],
  [{ PARLANCE_CLIENT_ID: "app_1", PARLANCE_URL: "http://words.example.com" }, "url must begin with https://"],
  [{ PARLANCE_CLIENT_ID: "app_1", PARLANCE_SCOPE: "everything" }, 'scopes holds "everything"'],
])("with the settings %j it does not start, and says why", async (environment, sentence) => {
  const program = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env.PATH, DATA_FILE: ":memory:", ...environment },
    stdio: ["ignore", "inherit", "pipe"],
  });
  let said = "";
  program.stderr.on("data", (text) => (said += text));
  const [code] = await once(program, "close");
  expect([code, said]).toEqual([1, expect.stringContaining(sentence)]);
});
