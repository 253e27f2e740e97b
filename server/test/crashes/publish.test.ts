import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CdnNode, startCdnNode } from "../support/cdn-node.ts";
import { readAllFiles } from "../support/cdn-reader.ts";
import { openTestPostgres, openTestSqlite, type TestDatabase } from "../support/databases.ts";
import type { Browser } from "../support/flow.ts";
import { freePort, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld } from "./world.ts";

const NAMESPACES = ["default", "auth"];
const LANGUAGES = ["en", "de"];
/** Every step of a publish, and whether the release is live once it is behind. */
const STEPS = [
  ["publish.file-written", false],
  ["publish.files-written", false],
  ["publish.release-written", false],
  ["publish.pointer-moved", false],
  ["publish.audited", false],
  ["publish.committed", true],
] as const;
/** A node looks at what a channel shows at least this often. */
const POINTER_MS = 1000;
/** From a publish to every node (spec/translations, "CDN"), and something for a busy machine. */
const VISIBLE_MS = 2000 + 3000;

/** A process of its own cannot share the in-process Postgres. */
const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  ...(process.env.TEST_POSTGRES_URL ? [{ engine: "postgres", open: openTestPostgres }] : []),
];

describe.each(ENGINES)("a publish that is killed while another node is read, on $engine", ({ open }) => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-publish-"));
  let database: TestDatabase;
  let environment: Record<string, string>;
  let server: Spawned;
  let browser: Browser;
  let node: CdnNode;
  let organizationId: string;
  let api: string;
  let tree: string;
  /** What the texts of the newest release say, which is its number. */
  let live: number;

  beforeAll(async () => {
    database = await open();
    const SECRET_KEY = randomBytes(32).toString("hex");
    const DATABASE_URL = database.url as string;
    environment = { DATA_DIR: folder, DATABASE_URL, SECRET_KEY, PORT: await freePort() };
    const world = await makeWorld(DATABASE_URL);
    server = await startProcess(environment);
    browser = await world.signIn(server.base);
    const organizations = await get<{ items: [{ id: string }] }>("/api/dashboard/organizations");
    organizationId = organizations.items[0].id;
    const project = await post<{ id: string }>("/api/oauth-client/v1/projects", {
      ...{ organizationId, name: "Website", slug: "website", sourceLanguage: "en" },
      fileStructure: "namespaced_folders",
    });
    api = `/api/oauth-client/v1/projects/${project.id}`;
    await post(`${api}/languages`, { code: "de" });
    await post(`${api}/keys`, { keys: NAMESPACES.map((namespace) => ({ namespace, name: "round" })) });
    await write(1);
    await post(`${api}/releases`, {});
    live = 1;
    node = await startCdnNode(database);
    tree = `${node.url}/${project.id}`;
  });
  afterAll(async () => {
    await server.kill("SIGKILL");
    await node.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(STEPS)(
    "at %s: live is %s, never a mix, and the next publish completes",
    { timeout: 120_000 },
    async (step, isLive) => {
      await restart({ TEST_CRASH_AT: step });
      await write(live + 1);
      const audited = await publishesAudited();
      const reader = readAllFiles(tree);
      await reader.until(live, VISIBLE_MS);
      await expect(post(`${api}/releases`, {})).rejects.toThrow(TypeError);
      expect(await server.ended).toMatchObject({ signal: "SIGKILL" });
      if (isLive) await reader.until(live + 1, VISIBLE_MS);
      else await longerThan(POINTER_MS);
      expect([...new Set(reader.seen)]).toEqual(isLive ? [live, live + 1] : [live]);

      await restart({});
      expect(await publishesAudited()).toBe(isLive ? audited + 1 : audited);
      const release = await post<{ number: number; channels: string[] }>(`${api}/releases`, {});
      expect(release).toMatchObject({ number: live + 1, channels: ["production"] });
      await reader.until(live + 1, VISIBLE_MS);
      await reader.stop();
      expect(reader.wrong).toEqual([]);
      expect(reader.seen.at(-1)).toBe(live + 1);
      live++;
    },
  );

  async function restart(more: Record<string, string>): Promise<void> {
    await server.kill("SIGKILL");
    server = await startProcess({ ...environment, ...more });
  }

  async function write(round: number): Promise<void> {
    const values = NAMESPACES.flatMap((namespace) =>
      LANGUAGES.map((language) => ({ key: { namespace, name: "round" }, language, text: `${round}` })),
    );
    await post(`${api}/values`, { values });
  }

  async function publishesAudited(): Promise<number> {
    const path = `/api/dashboard/organizations/${organizationId}/audit?limit=250`;
    const { items } = await get<{ items: { action: string }[] }>(path);
    return items.filter(({ action }) => action === "releases.create").length;
  }

  async function get<Body>(path: string): Promise<Body> {
    return answered(await browser.request(path));
  }

  async function post<Body>(path: string, body: object): Promise<Body> {
    return answered(await browser.post(path, body));
  }
});

async function answered<Body>(answer: Response): Promise<Body> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Body;
}

function longerThan(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds * 1.2));
}
