import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorized } from "../../../sdk/test/real-server.ts";
import { type Scene, startScene } from "../../../server/test/refusals/scene.ts";
import { createApp } from "./app.ts";
import { openParlance } from "./settings.ts";

const APP_URL = "http://localhost:4000";
const SCOPES = ["org:read", "projects:read", "keys:write", "translations:read", "translations:write"];

/** The app with a real server, in order: each test goes on where the one before ended. */
describe("the example partner on the SDK", () => {
  let scene: Scene;
  let app: ReturnType<typeof createApp>;
  let cookie: string;
  beforeAll(async () => {
    scene = await startScene();
    const registered = await scene.addApp(scene.people.owner, scene.organization, {
      redirectUris: [`${APP_URL}/connect/callback`],
    });
    const addresses = { appUrl: APP_URL, parlanceUrl: scene.base };
    const environment = {
      PARLANCE_CLIENT_ID: registered.clientId,
      PARLANCE_CLIENT_SECRET: registered.secret ?? "",
      DATA_FILE: ":memory:",
    };
    app = createApp(openParlance(environment, addresses), addresses);
    cookie = (await app.request("/")).headers.get("set-cookie")?.split(";")[0] ?? "";
  });
  afterAll(() => scene.server.close());

  const get = (path: string) => app.request(APP_URL + path, { headers: { cookie } });
  const post = (path: string, fields: Record<string, string> = {}, origin = APP_URL) =>
    app.request(APP_URL + path, {
      method: "POST",
      headers: { cookie, origin },
      body: new URLSearchParams(fields),
    });
  const pageOf = async (path: string) => (await get(path)).text();
  const leadsTo = (answer: Response) => answer.headers.get("location") ?? "";

  /** Presses the button, allows it at Parlance, and comes back as the browser does. */
  async function connect(
    link: string,
    chosen: Parameters<typeof authorized>[2] = { scopes: SCOPES },
  ): Promise<void> {
    const { browser } = scene.people.owner;
    const { pathname, search } = await authorized(browser, link, chosen);
    expect(leadsTo(await get(pathname + search))).toBe("/?done=connected");
    // The same answer is good once, whoever brings it.
    expect((await get(pathname + search)).status).toBe(400);
  }

  /** The address of what hangs on the only connection. */
  async function connectionPath(): Promise<string> {
    const [path] = /\/connections\/[\w-]+/.exec(await pageOf("/")) ?? [];
    if (!path) throw new Error("there is no connection");
    return path;
  }

  test("connects an organization, and shows its projects", async () => {
    await connect(leadsTo(await post("/connect/start")));
    const page = await pageOf(await connectionPath());
    expect(page).toContain(`/projects/${scene.project.id}`);
    expect(await pageOf("/")).not.toMatch(/rt_|eyJ|bi_/);
  });

  test("a Cancel changes nothing, and a stranger has nothing of it", async () => {
    const begun = new URL(leadsTo(await post("/connect/start")));
    const answer = new URLSearchParams({
      ...{ error: "access_denied", iss: scene.base },
      state: begun.searchParams.get("state") ?? "",
    });
    expect(leadsTo(await get(`/connect/callback?${answer}`))).toBe("/?done=cancelled");
    expect((await app.request(APP_URL + (await connectionPath()))).status).toBe(404);
    expect((await post("/connect/start", {}, "https://elsewhere.example")).status).toBe(403);
  });

  test("writes keys and texts, and says what was wrong with one", async () => {
    const project = `${await connectionPath()}/projects/${scene.project.id}`;
    const made = await post(`${project}/keys`, { name: "cart.title", language: "en", text: "Your cart" });
    expect(leadsTo(made)).toBe(`${project}?done=key`);
    const set = await post(`${project}/values`, { name: "cart.title", language: "en", text: "Cart" });
    expect(leadsTo(set)).toBe(`${project}?done=value`);
    const wrong = await post(`${project}/values`, {
      name: "cart.title",
      language: "en",
      text: "{count, plural",
    });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain("Parlance refused this");
  });

  test("publishes once it is allowed to: what is missing is asked for on the way", async () => {
    const project = `${await connectionPath()}/projects/${scene.project.id}`;
    const refused = await post(`${project}/releases`);
    expect(refused.status).toBe(403);
    const [, href = ""] = /<a href="([^"]+)">Ask for it/.exec(await refused.text()) ?? [];
    await connect(href.replaceAll("&amp;", "&"), {});
    expect(leadsTo(await post(`${project}/releases`, { message: "First" }))).toBe(
      `${project}?done=published&release=1`,
    );
  });

  test("a revoke at Parlance ends in Reconnect, and Reconnect in the same connection", async () => {
    const path = await connectionPath();
    const { browser } = scene.people.owner;
    const listed = await browser.request("/api/dashboard/connections");
    const { items } = (await listed.json()) as { items: { id: string }[] };
    for (const { id } of items) {
      const headers = { origin: scene.base };
      await browser.request(`/api/dashboard/connections/${id}`, { method: "DELETE", headers });
    }
    expect(leadsTo(await get(path))).toBe("/?done=revoked");
    const home = await pageOf("/?done=revoked");
    expect(home).toContain("Reconnect</button>");
    const [, organization = ""] = /name="organization" value="([^"]+)"/.exec(home) ?? [];
    await connect(leadsTo(await post("/connect/start", { organization })));
    expect((await get(path)).status).toBe(200);
  });

  test("a Disconnect revokes the grant and removes the row", async () => {
    expect(leadsTo(await post(`${await connectionPath()}/disconnect`))).toBe("/?done=disconnected");
    expect(await pageOf("/")).not.toContain("<article>");
  });
});
