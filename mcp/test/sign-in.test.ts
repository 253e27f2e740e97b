import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "../../server/test/refusals/scene.ts";
import { type Agent, allow, cancel, type Era, PATIENT, run, textOf } from "./bridge.ts";
import { listProjects, useDesk } from "./desk.ts";

/** The command without a key: sign-in through the browser (contract/mcp, 3.4). */
const scene = await startScene({ environment: { REGISTRATIONS_PER_HOUR: "1000" } });
const { base, organization, people, project } = scene;
const { owner } = people;
afterAll(() => scene.server.close());
const named = `${organization.slug}/${project.slug}`;
const desk = useDesk(scene);

describe.each<Era>(["2025-11-25", "2026-07-28"])("an agent of %s", PATIENT, (era) => {
  test("[stdio/sign-in] greets at once, waits for the person, and works", async () => {
    const agent = desk.start({}, era);
    const opened = desk.computer.nextPage();
    await agent.connect();
    const listing = agent.client.listTools();
    const page = new URL(await opened);
    expect(page.origin + page.pathname).toBe(`${base}/api/auth/mcp/authorize`);
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      redirect_uri: `http://localhost:${desk.port}/callback`,
      resource: `${base}/mcp`,
    });
    expect(page.searchParams.get("scope")).toContain("projects:read");
    expect(page.searchParams.get("scope")).not.toContain("translations:publish");
    const shown = await allow(owner.browser, page.href);
    expect(await shown.text()).toContain("Connected");
    expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await listing).tools.map(({ name }) => name)).toContain("listProjects");
    expect(textOf(await listProjects(agent))).toContain(named);
    expect(agent.stderr()).toContain(page.href);
    for (const secret of [desk.stored().tokens.access_token, desk.stored().tokens.refresh_token]) {
      expect(agent.stderr()).not.toContain(secret);
    }
  });
});

describe("what is stored", PATIENT, () => {
  test("[stdio/stored] is for this person's eyes only, also in a folder that others could read", async () => {
    mkdirSync(desk.folder(), { mode: 0o755 });
    await desk.signedIn();
    expect(statSync(desk.folder()).mode & 0o777).toBe(0o700);
    expect(statSync(desk.path()).mode & 0o777).toBe(0o600);
    expect(Object.keys(desk.stored()).sort()).toEqual(["client", "resource", "tokens", "url"]);
  });

  test("serves the next process without a browser, and no other server", async () => {
    await desk.signedIn();
    const next = desk.start();
    await next.connect();
    expect(textOf(await listProjects(next))).toContain(named);
    expect(desk.computer.opened).toHaveLength(1);
    desk.change({ url: "https://elsewhere.example/mcp" });
    const other = desk.start();
    const page = desk.computer.nextPage();
    await other.connect();
    await page;
  });

  test("is replaced when it is broken", async () => {
    await desk.signedIn();
    writeFileSync(desk.path(), '{"url":');
    const agent = desk.start();
    const page = desk.computer.nextPage();
    await agent.connect();
    await allow(owner.browser, await page);
    expect(textOf(await listProjects(agent))).toContain(named);
  });

  test("that cannot be kept is said to the agent, and nobody signs in for nothing", async () => {
    writeFileSync(desk.folder(), "a file where the folder should be");
    const agent = desk.start();
    await expect(agent.connect()).rejects.toThrow("The sign-in cannot be kept");
    expect(agent.stderr()).toContain(desk.folder());
    expect(desk.computer.opened).toEqual([]);
  });

  test("goes with a logout, here and on the server", async () => {
    const agent = await desk.signedIn();
    const { access_token: token } = desk.stored().tokens;
    const ended = await run(desk.computer, ["logout"], desk.environment);
    expect(ended).toMatchObject({ code: 0, stdout: "" });
    expect(ended.stderr).toContain(`Signed out of ${base}`);
    expect(readdirSync(desk.folder())).toEqual([]);
    const refused = await fetch(`${base}/mcp`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: "{}",
    });
    expect(refused.status).toBe(401);
    await agent.close();
    const again = await run(desk.computer, ["logout"], desk.environment);
    expect(again.stderr).toContain("Nobody was signed in");
  });

  test("comes from a login too", async () => {
    const page = desk.computer.nextPage();
    const ended = run(desk.computer, ["login"], desk.environment);
    await allow(owner.browser, await page);
    expect(await ended).toMatchObject({ code: 0, stdout: "" });
    const agent = desk.start();
    await agent.connect();
    expect(textOf(await listProjects(agent))).toContain(named);
    expect(desk.computer.opened).toHaveLength(1);
  });
});

describe("the person's answer", PATIENT, () => {
  test("of several processes is asked for once", async () => {
    const page = desk.computer.nextPage();
    const several = [desk.start(), desk.start(), desk.start()];
    await Promise.all(several.map((agent) => agent.connect()));
    const listings = several.map((agent) => agent.client.listTools());
    await allow(owner.browser, await page);
    for (const { tools } of await Promise.all(listings)) expect(tools).not.toEqual([]);
    expect(desk.computer.opened).toHaveLength(1);
  });

  test("no is told to every process that waited; the next call asks again", async () => {
    const page = desk.computer.nextPage();
    const several = [desk.start(), desk.start()];
    await Promise.all(several.map((agent) => agent.connect()));
    const listings = several.map((agent) => agent.client.listTools());
    const shown = await cancel(owner.browser, await page);
    expect(await shown.text()).toContain("Not connected");
    for (const told of await Promise.allSettled(listings)) {
      expect(told.status === "rejected" && told.reason.message).toContain("Access was not allowed");
    }
    expect(desk.computer.opened).toHaveLength(1);
    const again = desk.computer.nextPage();
    const [agent] = several as [Agent];
    const listing = agent.client.listTools();
    await allow(owner.browser, await again);
    expect((await listing).tools).not.toEqual([]);
  });

  test("comes to the next port when somebody else listens at the first", async () => {
    const busy = createServer().listen(desk.port, "127.0.0.1");
    await new Promise((resolve) => busy.once("listening", resolve));
    try {
      const agent = await desk.signedIn();
      expect(textOf(await listProjects(agent))).toContain(named);
      expect(desk.computer.opened[0]).toContain(
        encodeURIComponent(`http://localhost:${desk.port + 1}/callback`),
      );
    } finally {
      busy.close();
    }
  });

  test.each([
    ["another state", { state: "forged", code: "x" }, 400],
    ["no state", { code: "x" }, 400],
    ["an error that somebody made up", { error: "access_denied" }, 400],
  ])("[stdio/state] is awaited further after one with %s", async (_what, query, status) => {
    const agent = desk.start();
    const opened = desk.computer.nextPage();
    await agent.connect();
    const page = await opened;
    const callback = new URL(new URL(page).searchParams.get("redirect_uri") as string);
    callback.search = String(new URLSearchParams(query as unknown as Record<string, string>));
    expect((await fetch(callback)).status).toBe(status);
    expect((await allow(owner.browser, page)).status).toBe(200);
    expect(textOf(await listProjects(agent))).toContain(named);
  });

  test.each([
    ["another issuer", "https://evil.example"],
    ["no issuer", null],
  ])("[stdio/issuer] of %s is refused, though it knows the state", async (_what, iss) => {
    const agent = desk.start();
    const opened = desk.computer.nextPage();
    await agent.connect();
    const listing = agent.client.listTools();
    listing.catch(() => {});
    const asked = new URL(await opened).searchParams;
    const callback = new URL(asked.get("redirect_uri") as string);
    callback.search = String(
      new URLSearchParams({ code: "bi_ac_x", state: asked.get("state") as string, ...(iss && { iss }) }),
    );
    expect(await (await fetch(callback)).text()).toContain("Not connected");
    await expect(listing).rejects.toThrow("The sign-in did not work");
  });
});

test("an app that was registered by hand is used as it is", PATIENT, async () => {
  const app = await scene.addApp(owner, organization, {
    ...{ type: "native", redirectUris: ["http://localhost:8989/callback"] },
  });
  const agent = await desk.signedIn({ BETTER_I18N_OAUTH_CLIENT_ID: app.clientId });
  expect(textOf(await listProjects(agent))).toContain(named);
  expect(new URL(desk.computer.opened[0] as string).searchParams.get("client_id")).toBe(app.clientId);
  expect(desk.stored().client).toBeUndefined();
});
