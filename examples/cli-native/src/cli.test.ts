import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorized } from "../../../sdk/test/real-server.ts";
import { type Scene, startScene } from "../../../server/test/refusals/scene.ts";
import { bareEnvironment } from "../../../server/test/support/bare-environment.ts";

/** What an agent with this configuration reads of the projects. */
async function projectsSeenBy({ url, headers }: { url: string; headers: Record<string, string> }) {
  const agent = new Client({ name: "some-agent", version: "1.0.0" });
  await agent.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  const { tools } = await agent.listTools();
  expect(tools.map(({ name }) => name)).not.toContain("listKeys");
  const { content } = await agent.callTool({ name: "listProjects", arguments: {} });
  await agent.close();
  return JSON.stringify(content);
}

interface Run {
  code: number;
  output: string;
  /** What it asked to be opened. */
  asked: string[];
}

/** Its whole life, each run a process of its own, in order: each test goes on where the one before ended. */
describe("the example on the command line", () => {
  let scene: Scene;
  let environment: Record<string, string>;
  const folder = mkdtempSync(join(tmpdir(), "parlance-cli-"));
  const file = join(folder, "made", "connections.db");
  beforeAll(async () => {
    scene = await startScene();
    const { owner } = scene.people;
    const redirectUris = ["http://127.0.0.1/callback"];
    const app = await scene.addApp(owner, scene.organization, { type: "native", redirectUris });
    expect(app.secret).toBeNull();
    environment = { PARLANCE_URL: scene.base, PARLANCE_CLIENT_ID: app.clientId, TOKEN_FILE: file };
  });
  afterAll(async () => {
    await scene.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs it; `open` is the browser, which is given what the program asks to be opened. */
  async function run(args: string[] = [], open?: (url: string) => Promise<void>): Promise<Run> {
    const program = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
      env: { ...bareEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const asked: string[] = [];
    let output = "";
    let opened: Promise<void> | undefined;
    const hear = (text: Buffer) => {
      output += text;
      const [url] = /^http\S+(?=\n)/m.exec(output) ?? [];
      if (!url || asked.includes(url)) return;
      asked.push(url);
      // Without a browser it would wait for an hour.
      opened = (open ? open(url) : Promise.reject(new Error("it asked for a browser"))).catch((error) => {
        program.kill();
        throw error;
      });
    };
    for (const stream of [program.stdout, program.stderr]) stream.on("data", hear);
    const [code] = await once(program, "close");
    await opened;
    return { code: code as number, output, asked };
  }

  /** A browser in which the owner allows it, and which then goes back to the program. */
  async function allow(url: string): Promise<void> {
    const back = await authorized(scene.people.owner.browser, url);
    const forged = new URL(back);
    forged.searchParams.set("state", "guessed");
    expect((await fetch(forged)).status).toBe(404);
    expect(await (await fetch(back)).text()).toContain("Go on in your terminal");
  }

  test("the first run asks in the browser, on a free port", async () => {
    const { code, output, asked } = await run([], allow);
    expect(output).toContain(`${scene.project.slug}\tWebsite`);
    expect(code).toBe(0);
    expect(new URL(asked[0] as string).searchParams.get("redirect_uri")).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/callback$/,
    );
  });

  test("its tokens are in a file that nobody else can read", () => {
    expect(readFileSync(file, "latin1")).toMatch(/rt_/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "made")).mode & 0o777).toBe(0o700);
  });

  test("the next runs need no browser, and neither does one of next week, or two at once", async () => {
    expect(await run()).toMatchObject({ code: 0, asked: [] });
    scene.server.ctx.clock.advance(7 * 24 * 3600_000);
    for (const { code, output, asked } of await Promise.all([run(), run()])) {
      expect(output).toContain(scene.project.slug);
      expect([code, asked]).toEqual([0, []]);
    }
  });

  test("after a revoke it asks again, and logging out ends the grant", async () => {
    const { browser } = scene.people.owner;
    const grants = async () => {
      const listed = await browser.request("/api/dashboard/connections");
      return ((await listed.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
    };
    const [grant] = await grants();
    await browser.request(`/api/dashboard/connections/${grant}`, {
      method: "DELETE",
      headers: { origin: scene.base },
    });
    expect(await grants()).toEqual([]);
    const again = await run([], allow);
    expect([again.code, again.asked.length]).toEqual([0, 1]);
    expect(await grants()).toHaveLength(1);
    const { mcpServers } = JSON.parse((await run(["agent"])).output);
    expect(await projectsSeenBy(mcpServers.parlance)).toContain(scene.project.slug);
    expect(await run(["logout"])).toMatchObject({ code: 0, output: "Disconnected.\n" });
    expect(await grants()).toEqual([]);
  });

  test("a wrong setting or command is one sentence", async () => {
    expect(await run(["nothing"])).toMatchObject({ code: 1, output: "Commands: projects, agent, logout.\n" });
    environment.PARLANCE_CLIENT_ID = "";
    expect(await run()).toMatchObject({ code: 1, output: "clientId is missing.\n" });
  });
});
