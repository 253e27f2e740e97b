import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "../../server/test/refusals/scene.ts";
import { type Agent, allow, PATIENT, textOf } from "./bridge.ts";
import { listProjects, useDesk } from "./desk.ts";

/** What becomes of a sign-in: renewed by any process, ended by the person, widened when more is needed. */
const scene = await startScene({ environment: { REGISTRATIONS_PER_HOUR: "1000" } });
const { organization, people, project } = scene;
const { owner } = people;
afterAll(() => scene.server.close());
const named = `${organization.slug}/${project.slug}`;
const desk = useDesk(scene);
const HALF_AN_HOUR_MS = 30 * 60_000;

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

describe("renewing", PATIENT, () => {
  test("happens before the token ends, unseen, and is stored", async () => {
    const agent = await desk.signedIn();
    const before = desk.stored().tokens;
    desk.endAccessToken();
    expect(textOf(await listProjects(agent))).toContain(named);
    const after = desk.stored().tokens;
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect(after.expiresAt).toBeGreaterThan(Date.now());
    expect(desk.computer.opened).toHaveLength(1);
  });

  test("happens when the server says that the token has ended, whatever the clock here says", async () => {
    const agent = await desk.signedIn();
    scene.server.ctx.clock.advance(HALF_AN_HOUR_MS + 1000);
    expect(textOf(await listProjects(agent))).toContain(named);
    expect(desk.computer.opened).toHaveLength(1);
  });

  test("by many processes and calls at once leaves every one of them signed in", async () => {
    const first = await desk.signedIn();
    const others = Array.from({ length: 3 }, () => desk.start());
    await Promise.all(others.map((agent) => agent.connect()));
    const everybody = [first, ...others];
    for (let round = 0; round < 3; round += 1) {
      desk.endAccessToken();
      const calls = everybody.flatMap((agent) => [
        listProjects(agent),
        listProjects(agent),
        listProjects(agent),
      ]);
      for (const result of await Promise.all(calls)) expect(textOf(result)).toContain(named);
    }
    const rows = await scene.server.ctx.db.read
      .selectFrom("auditEntries")
      .select("action")
      .where("action", "=", "token.late")
      .execute();
    // The lock lets one process renew, so none came late.
    expect(rows).toEqual([]);
    expect(desk.computer.opened).toHaveLength(1);
  });

  test("with a token that another process has used already gets the newest one", async () => {
    const agent = await desk.signedIn();
    const old = desk.stored().tokens;
    desk.endAccessToken();
    await listProjects(agent);
    // As if the renewed one had never reached the disk.
    desk.change({ tokens: { ...old, expiresAt: 0 } });
    expect(textOf(await listProjects(agent))).toContain(named);
    expect(desk.computer.opened).toHaveLength(1);
  });

  test("is not held up by the lock of a process that is gone", async () => {
    const agent = await desk.signedIn();
    const locked = `${desk.path()}.lock`;
    writeFileSync(locked, "999999999 left-behind");
    desk.endAccessToken();
    expect(textOf(await listProjects(agent))).toContain(named);
    writeFileSync(locked, `${process.pid} asleep`);
    utimesSync(locked, 0, 0);
    desk.endAccessToken();
    expect(textOf(await listProjects(agent))).toContain(named);
    expect(readdirSync(desk.folder())).toHaveLength(1);
  });

  test("keeps the sign-in when the server fails, and says so", async () => {
    const agent = await desk.signedIn();
    desk.endAccessToken();
    const before = desk.stored();
    const broken = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => broken.listen(0, "localhost", resolve));
    // The same credentials, for a server that breaks off every answer.
    const { port } = broken.address() as { port: number };
    const elsewhere = desk.start({ BETTER_I18N_MCP_URL: `http://localhost:${port}` });
    await expect(elsewhere.connect()).rejects.toThrow("cannot be reached");
    broken.close();
    expect(desk.stored()).toEqual(before);
    expect(textOf(await listProjects(agent))).toContain(named);
  });
});

describe("a connection that has ended", PATIENT, () => {
  test("is told to the model first; calling again opens the browser", async () => {
    const agent = await desk.signedIn();
    await revokeAll();
    const told = await listProjects(agent);
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("revoked");
    expect(textOf(told)).toContain("calling again opens a page");
    expect(desk.computer.opened).toHaveLength(1);
    const page = desk.computer.nextPage();
    const called = listProjects(agent);
    await allow(owner.browser, await page);
    expect(textOf(await called)).toContain(named);
  });

  test("is told to the model of every agent, also of those that find it gone", async () => {
    const several = [await desk.signedIn(), desk.start()];
    await several[1]?.connect();
    await Promise.all(several.map(listProjects));
    await revokeAll();
    for (const agent of several) {
      expect(textOf(await listProjects(agent))).toContain("calling again opens a page");
    }
    expect(desk.computer.opened).toHaveLength(1);
  });

  test("is told too when it shows at the renewal", async () => {
    const agent = await desk.signedIn();
    await revokeAll();
    desk.endAccessToken();
    const told = await listProjects(agent);
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("calling again opens a page");
    expect(desk.computer.opened).toHaveLength(1);
    expect(desk.stored().tokens).toBeUndefined();
  });

  test("asks at once in a process that has just begun", async () => {
    await (await desk.signedIn()).close();
    await revokeAll();
    const agent = desk.start();
    const page = desk.computer.nextPage();
    await agent.connect();
    expect(agent.stderr()).not.toContain("calling again");
    await allow(owner.browser, await page);
    expect(textOf(await listProjects(agent))).toContain(named);
  });

  test("registers again when the server has forgotten the program", async () => {
    await desk.signedIn();
    const { client } = desk.stored();
    await scene.server.ctx.db.write((tx) =>
      tx.updateTable("apps").set({ disabledAt: 1 }).where("id", "=", client.client_id).execute(),
    );
    const agent = desk.start();
    const page = desk.computer.nextPage();
    await agent.connect();
    await allow(owner.browser, await page);
    expect(textOf(await listProjects(agent))).toContain(named);
    expect(desk.stored().client.client_id).not.toBe(client.client_id);
  });
});

describe("a permission that is missing", PATIENT, () => {
  const getProject = (agent: Agent) =>
    agent.client.callTool({ name: "getProject", arguments: { project: named } });

  test("[stdio/step-up] is told to the model first; calling again asks the person for it, beside what they gave", async () => {
    const agent = await desk.signedIn({}, ["org:read", "keys:read"]);
    const told = await getProject(agent);
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("projects:read");
    expect(textOf(told)).not.toContain("keys:read");
    expect(textOf(told)).toContain("calling again opens a page");
    expect(desk.computer.opened).toHaveLength(1);
    const opened = desk.computer.nextPage();
    const called = getProject(agent);
    const page = await opened;
    expect(new URL(page).searchParams.get("scope")?.split(" ")).toEqual(
      expect.arrayContaining(["org:read", "keys:read", "projects:read"]),
    );
    await allow(owner.browser, page);
    expect(JSON.parse(textOf(await called)).prj).toBe(named);
    await expect.poll(() => agent.changes()).toBeGreaterThan(0);
    expect(desk.stored().tokens.scope).toContain("projects:read");
  });

  test("[stdio/step-up-refused] that the person does not give stays missing, and is told again", async () => {
    const agent = await desk.signedIn({}, ["org:read"]);
    await getProject(agent);
    const page = desk.computer.nextPage();
    const called = getProject(agent);
    await allow(owner.browser, await page, ["org:read"]);
    const told = await called;
    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain("projects:read");
    expect(desk.computer.opened).toHaveLength(2);
  });

  test("can be asked for from the beginning", async () => {
    await desk.signedIn({ BETTER_I18N_OAUTH_SCOPE: "translations:publish" });
    expect(new URL(desk.computer.opened[0] as string).searchParams.get("scope")).toContain(
      "translations:publish",
    );
  });
});
