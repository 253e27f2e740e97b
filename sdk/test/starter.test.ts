import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Scene, startScene } from "../../server/test/refusals/scene.ts";
import { bareEnvironment } from "../../server/test/support/bare-environment.ts";
import { oldestNode } from "../../server/test/support/oldest-node.ts";
import { examine } from "../doctor/doctor.ts";
import { readOptions } from "../doctor/options.ts";
import { ROOT, run } from "./packed.ts";
import { blocks } from "./readme.ts";
import { authorized } from "./real-server.ts";

const PATIENT = 120_000;
const GUIDE = readFileSync(join(ROOT, "docs", "guides", "connect.md"), "utf8");
/** The oldest Node that partners may have comes first, as it does for them. */
const ENV = { ...bareEnvironment(), PATH: `${dirname(oldestNode())}${delimiter}${process.env.PATH}` };

let scene: Scene;
let folder: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  scene = await startScene();
  folder = mkdtempSync(join(tmpdir(), "parlance-starter-"));
});
afterEach(() => Promise.all(started.splice(0).map(end)));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await scene.server.close();
});

test("the starter, made from the packed package, connects to a fresh server and passes the doctor", {
  timeout: PATIENT,
}, async () => {
  const { port, clientId, secret } = await registered();
  const packing = ["pack", "-w", "@parlance/create", "--silent", "--pack-destination", folder];
  await run("npm", packing, { cwd: ROOT });
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  const args = ["--url", scene.base, "--client-id", clientId, "--port", String(port), "--yes", "--no-start"];
  const env = { ...ENV, PARLANCE_CLIENT_SECRET: secret };
  const made = await run("npx", ["--yes", "--offline", `./${tarball}`, "packed", ...args], {
    cwd: folder,
    env,
  });
  expect(made.stdout + made.stderr).not.toContain(secret);

  const app = join(folder, "packed");
  expect(statSync(join(app, ".env")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(app, ".gitignore"), "utf8")).toContain(".env");
  start("npm", ["start"], app);
  await livesWith(port);
  const examined = await run("npm", ["run", "--silent", "doctor"], { cwd: app, env: ENV });
  expect(examined.stdout).toMatch(/\nAll \d+ checks passed\.\n$/);
  expect(await faultsOfTheReadme(app)).toEqual([
    "state",
    "cancel",
    "revoked",
    "invalid-grant",
    "missing-scope",
  ]);
});

test("the guide's own commands lead from an empty folder to a connected app", {
  timeout: PATIENT,
}, async () => {
  const [interactive = "", scripted = ""] = commands();
  for (const [block, folderName] of [
    [interactive, "asked"],
    [scripted, "told"],
  ] as const) {
    const { port, clientId, secret } = await registered();
    const given = { REPOSITORY: ROOT, CLIENT_ID: clientId, PARLANCE_CLIENT_SECRET: secret };
    const program = filledIn(block, given)
      .replaceAll("my-app", folderName)
      .replaceAll("http://localhost:3000", scene.base)
      .replace("create -- ", `create -- --port ${port} `);
    const child = start("bash", ["--norc", "-euc", program], folder);
    child.stdin?.end(`${clientId}\n${secret}\n`);
    await livesWith(port);
    await end(child);
  }
});

/** The first program of the SDK's README has no sign-in and no Reconnect, as the README says. */
async function faultsOfTheReadme(installed: string): Promise<string[]> {
  writeFileSync(join(installed, "app.js"), blocks("js")[0] ?? "");
  const port = await freePort();
  const connect = ["--connect", `http://localhost:${port}/connect`, "--"];
  const app = ["env", `PORT=${port}`, oldestNode(), join(installed, "app.js")];
  const findings = await examine(readOptions([...connect, ...app]));
  return findings.filter(({ result }) => result !== "pass").map(({ id }) => id);
}

/** What a user of the app does on its first day. */
async function livesWith(port: number): Promise<void> {
  const { owner } = scene.people;
  const app = new AppBrowser(`http://localhost:${port}`);
  expect(await app.open("/")).toContain("Connect to Parlance");
  const connect = async () => {
    const callback = await authorized(owner.browser, await app.send("/connect", {}));
    expect(await app.open(`${callback.pathname}${callback.search}`)).toContain("<h3>Website</h3>");
  };
  await connect();

  const connection = field(await app.open("/"), "connection");
  const project = scene.project.id;
  const name = `from.port-${port}`;
  const key = { connection, project, language: "en", name, text: "Hello" };
  expect(await app.send("/keys", key)).toBe("/");
  const keys = await owner.browser.request(`/api/oauth-client/v1/projects/${project}/keys?q=${name}`);
  expect(await keys.json()).toMatchObject({ items: [{ name }] });
  expect(await app.status("/keys", { ...key, connection: "of-somebody-else" })).toBe(400);
  expect(await app.status("/keys", key, "https://elsewhere.example")).toBe(403);

  const mine = await owner.browser.request("/api/dashboard/connections");
  for (const { id } of ((await mine.json()) as { items: { id: string }[] }).items) {
    const headers = { origin: scene.base };
    await owner.browser.request(`/api/dashboard/connections/${id}`, { method: "DELETE", headers });
  }
  expect(await app.open("/")).toContain("Reconnect");
  await connect();
}

/** The browser of one user of the app. */
class AppBrowser {
  readonly #origin: string;
  #cookie = "";

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The page at an address, after its redirects. Waits for a program that is just starting. */
  async open(path: string): Promise<string> {
    for (const until = Date.now() + PATIENT; Date.now() < until; ) {
      const response = await fetch(this.#origin + path, {
        headers: { cookie: this.#cookie },
        redirect: "manual",
      }).catch(() => undefined);
      if (response) return this.#taken(response);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${this.#origin} does not answer.`);
  }

  async #taken(response: Response): Promise<string> {
    const [cookie] = response.headers.getSetCookie();
    if (cookie) this.#cookie = cookie.split(";")[0] ?? "";
    const location = response.headers.get("location");
    return location ? this.open(location) : response.text();
  }

  /** Where a form leads. */
  async send(path: string, fields: Record<string, string>): Promise<string> {
    const response = await this.#post(path, fields, this.#origin);
    expect(response.status, await response.text()).toBe(303);
    return response.headers.get("location") ?? "";
  }

  async status(path: string, fields: Record<string, string>, origin = this.#origin): Promise<number> {
    return (await this.#post(path, fields, origin)).status;
  }

  #post(path: string, fields: Record<string, string>, origin: string): Promise<Response> {
    return fetch(this.#origin + path, {
      method: "POST",
      headers: { cookie: this.#cookie, origin },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
  }
}

function field(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
}

/** An app that is registered, as its owner does it, and a port for it. */
async function registered(): Promise<{ port: number; clientId: string; secret: string }> {
  const port = await freePort();
  const redirectUris = [`http://localhost:${port}/connect/callback`];
  const { clientId, secret } = await scene.addApp(scene.people.owner, scene.organization, { redirectUris });
  return { port, clientId, secret: secret ?? "" };
}

/** The guide's blocks that make an app. */
function commands(): string[] {
  const blocks = [...GUIDE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
  return blocks.filter((block) => block.includes("npm --prefix"));
}

/** A block with what a reader copies into it; each begins anew, so it is told where the repository is. */
function filledIn(block: string, values: Record<string, string>): string {
  const filled = block.replaceAll(/^(export )?(\w+)=.*…$/gm, (_, exported = "", name: string) => {
    return `${exported}${name}='${values[name]}'`;
  });
  return `REPOSITORY='${values.REPOSITORY}'\n${filled}`;
}

function start(command: string, args: string[], cwd: string): ChildProcess {
  // A group of its own, so that whatever npm starts ends with it.
  const child = spawn(command, args, { cwd, env: ENV, detached: true, stdio: ["pipe", "ignore", "inherit"] });
  started.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-(child.pid as number), "SIGKILL");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
