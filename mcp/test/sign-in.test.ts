import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startScene } from "../../server/test/refusals/scene.ts";
import {
  type Agent,
  allow,
  type Computer,
  cancel,
  type Era,
  newAgent,
  run,
  startComputer,
  textOf,
} from "./bridge.ts";

/** The command without a key: sign-in through the browser (contract/mcp, 3.4). */
const scene = await startScene({ environment: { REGISTRATIONS_PER_HOUR: "1000" } });
const { base, organization, people, project } = scene;
const { owner } = people;
afterAll(() => scene.server.close());
const named = `${organization.slug}/${project.slug}`;
const HALF_AN_HOUR_MS = 30 * 60_000;

let computer: Computer;
let agents: Agent[];
beforeEach(async () => {
  computer = await startComputer();
  agents = [];
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.close()));
  computer.close();
});

function start(environment: Record<string, string> = {}, era?: Era): Agent {
  const agent = newAgent(computer, { BETTER_I18N_MCP_URL: base, ...environment }, era ? { era } : {});
  agents.push(agent);
  return agent;
}

/** An agent whose person has signed in and allowed what was asked, or these scopes. */
async function signedIn(environment: Record<string, string> = {}, scopes?: string[]): Promise<Agent> {
  const agent = start(environment);
  const page = computer.nextPage();
  await agent.connect();
  expect((await allow(owner.browser, await page, scopes)).status).toBe(200);
  await agent.client.listTools();
  return agent;
}

const projects = (agent: Agent) => agent.client.callTool({ name: "listProjects", arguments: {} });
const folder = () => join(computer.home, ".better-i18n");
const path = () => join(folder(), readdirSync(folder()).find((name) => name.endsWith(".json")) as string);
// biome-ignore lint/suspicious/noExplicitAny: what is stored, is what the tests find out
const stored = (): any => JSON.parse(readFileSync(path(), "utf8"));
const change = (changed: object) => writeFileSync(path(), JSON.stringify({ ...stored(), ...changed }));

/** As the clock of the person's computer sees it, the access token has ended. */
function endAccessToken(): void {
  change({ tokens: { ...stored().tokens, expiresAt: 0 } });
}

/** Ends every connection of the person, in their settings. */
async function revokeAll(): Promise<void> {
  const connections = "/api/dashboard/connections";
  for (;;) {
    const { items } = (await (await owner.browser.request(connections)).json()) as {
      items: { id: string }[];
    };
    if (items.length === 0) return;
    for (const { id } of items) await owner.browser.post(`${connections}/${id}`, {}, {}, "DELETE");
  }
}

describe.each<Era>(["2025-11-25", "2026-07-28"])("an agent of %s", (era) => {
  test("greets at once, waits for the person, and works", async () => {
    const agent = start({}, era);
    const opened = computer.nextPage();
    await agent.connect();
    const listing = agent.client.listTools();
    const page = new URL(await opened);
    expect(page.origin + page.pathname).toBe(`${base}/api/auth/mcp/authorize`);
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      redirect_uri: "http://localhost:8989/callback",
      resource: `${base}/mcp`,
    });
    expect(page.searchParams.get("scope")).toContain("projects:read");
    expect(page.searchParams.get("scope")).not.toContain("translations:publish");
    const shown = await allow(owner.browser, page.href);
    expect(await shown.text()).toContain("Connected");
    expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await listing).tools.map(({ name }) => name)).toContain("listProjects");
    expect(textOf(await projects(agent))).toContain(named);
    expect(agent.stderr()).toContain(page.href);
    for (const secret of [stored().tokens.access_token, stored().tokens.refresh_token]) {
      expect(agent.stderr()).not.toContain(secret);
    }
  });
});

describe("what is stored", () => {
  test("is for this person's eyes only, also in a folder that others could read", async () => {
    mkdirSync(folder(), { mode: 0o755 });
    await signedIn();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(Object.keys(stored()).sort()).toEqual(["client", "resource", "tokens", "url"]);
  });

  test("serves the next process without a browser, and no other server", async () => {
    await signedIn();
    const next = start();
    await next.connect();
    expect(textOf(await projects(next))).toContain(named);
    expect(computer.opened).toHaveLength(1);
    change({ url: "https://elsewhere.example/mcp" });
    const other = start();
    const page = computer.nextPage();
    await other.connect();
    await page;
  });

  test("is replaced when it is broken", async () => {
    await signedIn();
    writeFileSync(path(), '{"url":');
    const agent = start();
    const page = computer.nextPage();
    await agent.connect();
    await allow(owner.browser, await page);
    expect(textOf(await projects(agent))).toContain(named);
  });

  test("goes with a logout, here and on the server", async () => {
    const agent = await signedIn();
    const { access_token: token } = stored().tokens;
    const ended = await run(computer, ["logout"], { BETTER_I18N_MCP_URL: base });
    expect(ended).toMatchObject({ code: 0, stdout: "" });
    expect(ended.stderr).toContain(`Signed out of ${base}`);
    expect(readdirSync(folder())).toEqual([]);
    const refused = await fetch(`${base}/mcp`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: "{}",
    });
    expect(refused.status).toBe(401);
    await agent.close();
    const again = await run(computer, ["logout"], { BETTER_I18N_MCP_URL: base });
    expect(again.stderr).toContain("Nobody was signed in");
  });

  test("comes from a login too", async () => {
    const page = computer.nextPage();
    const ended = run(computer, ["login"], { BETTER_I18N_MCP_URL: base });
    await allow(owner.browser, await page);
    expect(await ended).toMatchObject({ code: 0, stdout: "" });
    const agent = start();
    await agent.connect();
    expect(textOf(await projects(agent))).toContain(named);
    expect(computer.opened).toHaveLength(1);
  });
});

describe("renewing", () => {
  test("happens before the token ends, unseen, and is stored", async () => {
    const agent = await signedIn();
    const before = stored().tokens;
    endAccessToken();
    expect(textOf(await projects(agent))).toContain(named);
    const after = stored().tokens;
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect(after.expiresAt).toBeGreaterThan(Date.now());
    expect(computer.opened).toHaveLength(1);
  });

  test("happens when the server says that the token has ended, whatever the clock here says", async () => {
    const agent = await signedIn();
    scene.server.ctx.clock.advance(HALF_AN_HOUR_MS + 1000);
    expect(textOf(await projects(agent))).toContain(named);
    expect(computer.opened).toHaveLength(1);
  });

  test("by many processes and calls at once leaves every one of them signed in", async () => {
    const first = await signedIn();
    const others = Array.from({ length: 3 }, () => start());
    await Promise.all(others.map((agent) => agent.connect()));
    const everybody = [first, ...others];
    for (let round = 0; round < 3; round += 1) {
      endAccessToken();
      const calls = everybody.flatMap((agent) => [projects(agent), projects(agent), projects(agent)]);
      for (const result of await Promise.all(calls)) expect(textOf(result)).toContain(named);
    }
    const rows = await scene.server.ctx.db.read
      .selectFrom("auditEntries")
      .select("action")
      .where("action", "=", "token.late")
      .execute();
    // The lock lets one process renew, so none came late.
    expect(rows).toEqual([]);
    expect(computer.opened).toHaveLength(1);
  });

  test("with a token that another process has used already gets the newest one", async () => {
    const agent = await signedIn();
    const old = stored().tokens;
    endAccessToken();
    await projects(agent);
    // As if the renewed one had never reached the disk.
    change({ tokens: { ...old, expiresAt: 0 } });
    expect(textOf(await projects(agent))).toContain(named);
    expect(computer.opened).toHaveLength(1);
  });

  test("is not held up by the lock of a process that is gone", async () => {
    const agent = await signedIn();
    const locked = `${path()}.lock`;
    writeFileSync(locked, "999999999 left-behind");
    endAccessToken();
    expect(textOf(await projects(agent))).toContain(named);
    writeFileSync(locked, `${process.pid} asleep`);
    utimesSync(locked, 0, 0);
    endAccessToken();
    expect(textOf(await projects(agent))).toContain(named);
    expect(readdirSync(folder())).toHaveLength(1);
  });

  test("keeps the sign-in when the server fails, and says so", async () => {
    const agent = await signedIn();
    endAccessToken();
    const before = stored();
    const broken = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => broken.listen(0, "localhost", resolve));
    // The same credentials, for a server that breaks off every answer.
    const { port } = broken.address() as { port: number };
    const elsewhere = start({ BETTER_I18N_MCP_URL: `http://localhost:${port}` });
    await expect(elsewhere.connect()).rejects.toThrow("cannot be reached");
    broken.close();
    expect(stored()).toEqual(before);
    expect(textOf(await projects(agent))).toContain(named);
  });
});

describe("the person's answer", () => {
  test("of several processes is asked for once", async () => {
    const page = computer.nextPage();
    const several = [start(), start(), start()];
    await Promise.all(several.map((agent) => agent.connect()));
    const listings = several.map((agent) => agent.client.listTools());
    await allow(owner.browser, await page);
    for (const { tools } of await Promise.all(listings)) expect(tools).not.toEqual([]);
    expect(computer.opened).toHaveLength(1);
  });

  test("no is told to every process that waited; the next call asks again", async () => {
    const page = computer.nextPage();
    const several = [start(), start()];
    await Promise.all(several.map((agent) => agent.connect()));
    const listings = several.map((agent) => agent.client.listTools());
    const shown = await cancel(owner.browser, await page);
    expect(await shown.text()).toContain("Not connected");
    for (const listing of listings) await expect(listing).rejects.toThrow("Access was not allowed");
    expect(computer.opened).toHaveLength(1);
    const again = computer.nextPage();
    const [agent] = several as [Agent];
    const listing = agent.client.listTools();
    await allow(owner.browser, await again);
    expect((await listing).tools).not.toEqual([]);
  });

  test("comes to the next port when somebody else listens at the first", async () => {
    const busy = createServer().listen(8989, "127.0.0.1");
    await new Promise((resolve) => busy.once("listening", resolve));
    try {
      const agent = await signedIn();
      expect(textOf(await projects(agent))).toContain(named);
      expect(computer.opened[0]).toContain(encodeURIComponent("http://localhost:8990/callback"));
    } finally {
      busy.close();
    }
  });

  test.each([
    ["another state", { state: "forged", code: "x" }, 400],
    ["no state", { code: "x" }, 400],
    ["an error that somebody made up", { error: "access_denied" }, 400],
  ])("is awaited further after one with %s", async (_what, query, status) => {
    const agent = start();
    const opened = computer.nextPage();
    await agent.connect();
    const page = await opened;
    const callback = new URL(new URL(page).searchParams.get("redirect_uri") as string);
    callback.search = String(new URLSearchParams(query as unknown as Record<string, string>));
    expect((await fetch(callback)).status).toBe(status);
    expect((await allow(owner.browser, page)).status).toBe(200);
    expect(textOf(await projects(agent))).toContain(named);
  });

  test.each([
    ["another issuer", "https://evil.example"],
    ["no issuer", null],
  ])("of %s is refused, though it knows the state", async (_what, iss) => {
    const agent = start();
    const opened = computer.nextPage();
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

describe("a connection that has ended", () => {
  test("is told to the model first; calling again opens the browser", async () => {
    const agent = await signedIn();
    await revokeAll();
    const told = await projects(agent);
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("revoked");
    expect(textOf(told)).toContain("calling again opens the sign-in page");
    expect(computer.opened).toHaveLength(1);
    const page = computer.nextPage();
    const called = projects(agent);
    await allow(owner.browser, await page);
    expect(textOf(await called)).toContain(named);
  });

  test("asks at once in a process that has just begun", async () => {
    await (await signedIn()).close();
    await revokeAll();
    const agent = start();
    const page = computer.nextPage();
    await agent.connect();
    expect(agent.stderr()).not.toContain("calling again");
    await allow(owner.browser, await page);
    expect(textOf(await projects(agent))).toContain(named);
  });

  test("registers again when the server has forgotten the program", async () => {
    await signedIn();
    const { client } = stored();
    await scene.server.ctx.db.write((tx) =>
      tx.updateTable("apps").set({ disabledAt: 1 }).where("id", "=", client.client_id).execute(),
    );
    const agent = start();
    const page = computer.nextPage();
    await agent.connect();
    await allow(owner.browser, await page);
    expect(textOf(await projects(agent))).toContain(named);
    expect(stored().client.client_id).not.toBe(client.client_id);
  });
});

describe("a permission that is missing", () => {
  const getProject = (agent: Agent) =>
    agent.client.callTool({ name: "getProject", arguments: { project: named } });

  test("is told to the model first; calling again asks the person for it, beside what they gave", async () => {
    const agent = await signedIn({}, ["org:read", "keys:read"]);
    const told = await getProject(agent);
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("projects:read");
    expect(textOf(told)).toContain("calling again opens the page");
    expect(computer.opened).toHaveLength(1);
    const opened = computer.nextPage();
    const called = getProject(agent);
    const page = await opened;
    expect(new URL(page).searchParams.get("scope")?.split(" ")).toEqual(
      expect.arrayContaining(["org:read", "keys:read", "projects:read"]),
    );
    await allow(owner.browser, page);
    expect(JSON.parse(textOf(await called)).prj).toBe(named);
    await expect.poll(() => agent.changes()).toBeGreaterThan(0);
    expect(stored().tokens.scope).toContain("projects:read");
  });

  test("that the person does not give stays missing, and is told again", async () => {
    const agent = await signedIn({}, ["org:read"]);
    await getProject(agent);
    const page = computer.nextPage();
    const called = getProject(agent);
    await allow(owner.browser, await page, ["org:read"]);
    const told = await called;
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("projects:read");
    expect(computer.opened).toHaveLength(2);
  });

  test("can be asked for from the beginning", async () => {
    await signedIn({ BETTER_I18N_OAUTH_SCOPE: "translations:publish" });
    expect(new URL(computer.opened[0] as string).searchParams.get("scope")).toContain("translations:publish");
  });
});

test("an app that was registered by hand is used as it is", async () => {
  const app = await scene.addApp(owner, organization, {
    ...{ type: "native", redirectUris: ["http://localhost:8989/callback"] },
  });
  const agent = await signedIn({ BETTER_I18N_OAUTH_CLIENT_ID: app.clientId });
  expect(textOf(await projects(agent))).toContain(named);
  expect(new URL(computer.opened[0] as string).searchParams.get("client_id")).toBe(app.clientId);
  expect(stored().client).toBeUndefined();
});
