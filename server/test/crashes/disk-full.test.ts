import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { Browser, connect, exchange, mint, tokens } from "../support/flow.ts";
import { addProject } from "../support/projects.ts";
import { startServer } from "../support/server.ts";
import { freePort, runToEnd, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld, type World } from "./world.ts";

const SENTENCE = "The server's disk is full, so nothing was stored. Its operator has to make room.";
const TEXT = "x".repeat(9000);

describe("a database that may not grow", async () => {
  const server = await startServer();
  const { ctx, base } = server;
  afterAll(() => server.close());

  test("answers writes with 507 and a sentence, says so in /ready, and goes on with reads", async () => {
    const w = await addProject(ctx);
    await w.call("keys.create", { keys: [{ name: "title", values: { en: "Hello" } }] });
    await w.call("releases.create");
    const browser = new Browser(base);
    const person = { email: "full@example.com", password: "correct horse battery" };
    await server.app.accounts.createUser({ ...person, name: "Full", verified: true });
    await browser.post("/api/auth/sign-in/email", person);
    const made = await browser.post("/api/dashboard/organizations", { name: "Full" });
    const { id: organizationId } = (await made.json()) as { id: string };
    const create = (slug: string) =>
      browser.post("/api/oauth-client/v1/projects", {
        organizationId,
        name: TEXT.slice(0, 100),
        slug,
        sourceLanguage: "en",
      });
    const ready = async () => {
      const answer = await fetch(`${base}/ready`);
      return [answer.status, await answer.json()];
    };
    expect((await create("before")).status).toBe(201);
    expect(await ready()).toEqual([200, { status: "ready" }]);

    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(ctx.db.writer);
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(ctx.db.writer);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => create(`full-${index}`)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses.has(507)).toBe(true);
    expect([...statuses].every((status) => status === 507 || status === 201)).toBe(true);
    const refused = answers.find(({ status }) => status === 507);
    expect(await refused?.json()).toMatchObject({
      error: "insufficient_storage",
      error_description: SENTENCE,
    });
    expect(await ready()).toEqual([503, { status: "full", error_description: SENTENCE }]);
    expect((await fetch(`${base}/health`)).status).toBe(200);
    expect((await browser.request("/api/dashboard/organizations")).status).toBe(200);
    const file = await fetch(`${base}/cdn/${w.project.id}/en.json`);
    expect(await file.json()).toEqual({ translations: { title: "Hello" } });

    await sql`pragma max_page_count = 1000000`.execute(ctx.db.writer);
    expect((await create("after")).status).toBe(201);
    const acknowledged = answers.filter(({ status }) => status === 201).length + 2;
    const projects = ctx.db.read
      .selectFrom("projects")
      .select("id")
      .where("organizationId", "=", organizationId);
    expect(await projects.execute()).toHaveLength(acknowledged);
  });
});

/** A disk of our own can be made full; that takes the right to mount one. */
const MEGABYTES = 12;
const root = mkdtempSync(join(tmpdir(), "parlance-disk-"));
const disk = join(root, "disk");
const canMount = mounts();

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.runIf(canMount)("a small disk that is full", { timeout: 120_000 }, () => {
  let environment: Record<string, string>;
  let world: World;
  let server: Spawned | undefined;
  beforeEach(async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${MEGABYTES}m`, "parlance-test", disk]);
    environment = {
      DATA_DIR: disk,
      PORT: await freePort(),
      SECRET_KEY: "a secret key that only tests use, of length",
    };
    world = await makeWorld(`file:${join(disk, "parlance.db")}`);
  });
  afterEach(async () => {
    await server?.kill("SIGKILL");
    server = undefined;
    execFileSync("umount", [disk]);
  });

  test("leaves reads and revokes, loses nothing that was acknowledged, and writes again once there is room", async () => {
    server = await startProcess(environment);
    const { base } = server;
    const browser = await world.signIn(base);
    const connected = await connect(browser, world.web);
    const issued = await tokens(exchange(base, world.web, connected));
    const minted = await mint(base, issued.access_token, issued.grant_id, {});
    const { installation_token: token } = (await minted.json()) as { installation_token: string };
    const read = () =>
      fetch(`${base}/api/oauth-client/organizations`, { headers: { authorization: `Bearer ${token}` } });
    const organizations = await browser.request("/api/dashboard/organizations");
    const { items } = (await organizations.json()) as { items: [{ id: string }] };
    const fields = { organizationId: items[0].id, name: "Website", slug: "website", sourceLanguage: "en" };
    const project = (await (await browser.post("/api/oauth-client/v1/projects", fields)).json()) as {
      id: string;
    };
    const keys = `/api/oauth-client/v1/projects/${project.id}/keys`;
    const write = (name: string) => browser.post(keys, { keys: [{ name, values: { en: TEXT } }] });

    fillDisk();
    const acknowledged: string[] = [];
    let refused: Response | undefined;
    for (let index = 0; !refused; index++) {
      const answer = await write(`k${index}`);
      if (answer.status === 201) acknowledged.push(`k${index}`);
      else refused = answer;
    }
    expect([refused.status, await refused.json()]).toMatchObject([507, { error_description: SENTENCE }]);
    const many = await Promise.all(Array.from({ length: 20 }, (_, index) => write(`m${index}`)));
    for (const [index, answer] of many.entries()) {
      if (answer.status === 201) acknowledged.push(`m${index}`);
      else expect(answer.status).toBe(507);
    }
    expect((await fetch(`${base}/ready`)).status).toBe(503);
    expect((await read()).status).toBe(200);
    const revoked = await browser.request(`/api/dashboard/connections/${issued.grant_id}`, {
      method: "DELETE",
      headers: { origin: base },
    });
    // Whether it fits depends on the last pages: it is done, or told to be not done.
    expect([204, 507]).toContain(revoked.status);
    expect((await read()).status).toBe(revoked.status === 204 ? 410 : 200);

    makeRoom();
    expect((await write("after")).status).toBe(201);
    const stored = (await (await browser.request(`${keys}?limit=250`)).json()) as {
      items: { name: string }[];
    };
    const names = stored.items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...acknowledged.slice(0, 200), "after"]));
  });

  test("says so in one sentence when a server starts on it, and starts once there is room", async () => {
    fillDisk();
    const ended = await runToEnd(environment);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The disk is full: [^\n]*\.\n$/) });
    makeRoom();
    server = await startProcess(environment);
    expect((await fetch(`${server.base}/ready`)).status).toBe(200);
  });
});

function fillDisk(): void {
  const file = openSync(join(disk, "filler"), "w");
  const piece = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

function makeRoom(): void {
  rmSync(join(disk, "filler"));
}

function mounts(): boolean {
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "parlance-test", disk], { stdio: "ignore" });
    execFileSync("umount", [disk]);
    return true;
  } catch {
    return false;
  }
}
