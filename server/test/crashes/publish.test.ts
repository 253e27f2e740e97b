import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCdn } from "../../src/cdn/open-cdn.ts";
import { type Database, openDatabase } from "../../src/database/open.ts";
import { testContext } from "../support/context.ts";
import type { Browser } from "../support/flow.ts";
import { freePort, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld } from "./world.ts";

const LANGUAGES = ["en", "de"];
const NAMESPACES = ["auth", "translations"];
/** Every step of a publish, and whether the release is live once it is behind. */
const STEPS = [
  ["publish.file-written", false],
  ["publish.files-written", false],
  ["publish.release-written", false],
  ["publish.pointer-moved", false],
  ["publish.audited", false],
  ["publish.committed", true],
] as const;

describe("a publish that is killed while another node is read", () => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-publish-"));
  let environment: Record<string, string>;
  let server: Spawned;
  let browser: Browser;
  let db: Database;
  let node: Server;
  let organizationId: string;
  let api: string;
  let tree: string;
  /** What the texts of the newest release say, which is its number. */
  let live: number;

  beforeAll(async () => {
    environment = { DATA_DIR: folder, PORT: await freePort() };
    const world = await makeWorld(folder);
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
    await post(`${api}/keys`, { keys: [{ name: "round" }, { namespace: "auth", name: "round" }] });
    await write(1);
    await post(`${api}/releases`, {});
    live = 1;
    db = await openDatabase(`file:${join(folder, "parlance.db")}`);
    node = await listen(db);
    tree = `http://127.0.0.1:${(node.address() as AddressInfo).port}/cdn/${project.id}`;
  });
  afterAll(async () => {
    await server.kill("SIGKILL");
    node.close();
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(STEPS)(
    "at %s: live is %s, never a mix, and the next publish completes",
    { timeout: 120_000 },
    async (step, isLive) => {
      await restart({ TEST_CRASH_AT: step });
      await write(live + 1);
      const audited = await publishesAudited();
      const reader = read();
      await expect(post(`${api}/releases`, {})).rejects.toThrow(TypeError);
      expect(await server.ended).toMatchObject({ signal: "SIGKILL" });
      await reader.forAnother(1500);
      expect(new Set(reader.seen)).toEqual(new Set(isLive ? [live, live + 1] : [live]));
      if (isLive) expect(reader.seen.at(-1)).toBe(live + 1);

      await restart({});
      expect(await publishesAudited()).toBe(isLive ? audited + 1 : audited);
      const release = await post<{ number: number; channels: string[] }>(`${api}/releases`, {});
      expect(release).toMatchObject({ number: live + 1, channels: ["production"] });
      await reader.forAnother(1500);
      expect(await reader.stop()).toEqual([]);
      expect(reader.seen.at(-1)).toBe(live + 1);
      live++;
    },
  );

  async function restart(more: Record<string, string>): Promise<void> {
    await server.kill("SIGKILL");
    server = await startProcess({ ...environment, ...more });
  }

  async function write(round: number): Promise<void> {
    const values = ["default", "auth"].flatMap((namespace) =>
      LANGUAGES.map((language) => ({ key: { namespace, name: "round" }, language, text: `${round}` })),
    );
    await post(`${api}/values`, { values });
  }

  async function publishesAudited(): Promise<number> {
    const path = `/api/dashboard/organizations/${organizationId}/audit?limit=250`;
    const { items } = await get<{ items: { action: string }[] }>(path);
    return items.filter(({ action }) => action === "releases.create").length;
  }

  /** Polls every file of the other node, and keeps what does not belong together. */
  function read() {
    const seen: number[] = [];
    const wrong: string[] = [];
    let reading = true;
    const over = (async () => {
      while (reading) {
        const { release } = await published<{ release: number }>("manifest.json");
        let newest = release;
        for (const language of LANGUAGES) {
          for (const [at, pinned] of [
            ["", false],
            [`@${release}/`, true],
          ] as const) {
            const rounds = await roundsOf(`${at}${language}`);
            if (new Set(rounds).size > 1) wrong.push(`${at}${language}: ${rounds}`);
            const [round = 0] = rounds;
            if (pinned ? round !== release : round < newest)
              wrong.push(`${at}${language}: ${round} after ${newest}`);
            if (!pinned) newest = Math.max(newest, round);
          }
        }
        seen.push(newest);
      }
    })();
    return {
      seen,
      forAnother: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      async stop() {
        reading = false;
        await over;
        return wrong;
      },
    };
  }

  /** What each namespace says within one answer, of the two answers that hold several. */
  async function roundsOf(at: string): Promise<number[]> {
    type Answer = Record<string, { round: string }>;
    const batch = await published<Answer>(`${at}/batch.json?ns=${NAMESPACES}`);
    const rounds = NAMESPACES.map((name) => Number(batch[name]?.round));
    if (!at.startsWith("@")) return rounds;
    const combined = await published<Answer>(`${at}/translations.json`);
    return [...rounds, ...NAMESPACES.map((name) => Number(combined[name]?.round))];
  }

  async function published<Body>(path: string): Promise<Body> {
    return answered(await fetch(`${tree}/${path}`));
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

/** Another node: it shares nothing with the server but the database. */
async function listen(db: Database): Promise<Server> {
  const cdn = openCdn(testContext(db));
  const server = createServer((incoming, response) => {
    if (!cdn.handle(incoming, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
