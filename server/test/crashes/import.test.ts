import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Output } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLAIM_MS } from "../../src/work/claim.ts";
import { openTestPostgres, openTestSqlite, type TestDatabase } from "../support/databases.ts";
import type { Browser } from "../support/flow.ts";
import { lines } from "../support/imports.ts";
import { freePort, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld } from "./world.ts";

const KEYS = 1500;
/** Longer than a worker's claim lasts, which the others wait for. */
const CLAIM_OVER_MS = 20_000;
const TEST_MS = 180_000;

/** A process of its own cannot share the in-process Postgres. */
const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  ...(process.env.TEST_POSTGRES_URL ? [{ engine: "postgres", open: openTestPostgres }] : []),
];

describe.each(ENGINES)("an import whose node is killed, on $engine", ({ engine, open }) => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-import-"));
  const clock = join(folder, "clock");
  let offset = 0;
  let database: TestDatabase;
  let environment: Record<string, string>;
  let browser: Browser;
  let organizationId: string;
  let server: Spawned;

  beforeAll(async () => {
    database = await open();
    const SECRET_KEY = randomBytes(32).toString("hex");
    const DATABASE_URL = database.url as string;
    environment = {
      DATA_DIR: folder,
      DATABASE_URL,
      SECRET_KEY,
      PORT: await freePort(),
      TEST_CLOCK_FILE: clock,
    };
    const world = await makeWorld(DATABASE_URL);
    writeFileSync(clock, "0");
    server = await startProcess(environment);
    browser = await world.signIn(server.base);
    const organizations = await answer<{ items: [{ id: string }] }>("/api/dashboard/organizations");
    organizationId = organizations.items[0].id;
  });
  afterAll(async () => {
    await server.kill("SIGKILL");
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["import.batch-written", "import.batch-committed"])(
    "at %s is read on without loss or doubles",
    async (point) => {
      await restart({ TEST_CRASH_AT: point });
      const started = await startImport();
      expect((await server.ended).signal).toBe("SIGKILL");
      await restart();
      await expectWhole(started);
    },
    TEST_MS,
  );

  test(
    "is read on at once by the node that is started again, long before its claim runs out",
    async () => {
      await restart({ TEST_CRASH_AT: "import.batch-committed" });
      const started = await startImport();
      await server.ended;
      const diedAt = performance.now();
      server = await startProcess(environment);
      await expect.poll(() => stateInDatabase(started.importId), { timeout: 30_000 }).toBe("completed");
      expect(performance.now() - diedAt).toBeLessThan(CLAIM_MS);
      await expectWhole(started);
    },
    TEST_MS,
  );

  test.runIf(engine === "postgres")(
    "is left to a node that lives, whoever else starts on its folder",
    async () => {
      await restart();
      const started = await startImport();
      const others = await Promise.all(
        [1, 2].map(async () =>
          startProcess({ ...environment, PORT: await freePort(), PUBLIC_URL: server.base }),
        ),
      );
      await expectWhole(started);
      const row = database.db.read
        .selectFrom("imports")
        .select("attempts")
        .where("id", "=", started.importId);
      expect(await row.executeTakeFirst()).toMatchObject({ attempts: 0 });
      for (const other of others) await other.kill("SIGKILL");
    },
    TEST_MS,
  );

  test(
    "at any moment, again and again, is read on without loss or doubles",
    async () => {
      await restart();
      const started = await startImport();
      for (let kills = 0; kills < 4; kills++) {
        await wait(100 + Math.random() * 400);
        await restart();
      }
      await expectWhole(started);
    },
    TEST_MS,
  );

  test.runIf(engine === "postgres")(
    "is taken over by another node",
    async () => {
      await restart({ TEST_CRASH_AT: "import.batch-committed" });
      const started = await startImport();
      await server.ended;
      const other = await startProcess({ ...environment, PORT: await freePort(), PUBLIC_URL: server.base });
      passTime();
      await expect.poll(() => stateInDatabase(started.importId), { timeout: TEST_MS / 2 }).toBe("completed");
      // Whoever finishes it lets the bytes go at once; one that is killed before leaves them to a sweep.
      await expect.poll(chunksLeft).toEqual([]);
      await other.kill("SIGKILL");
      await restart();
      await expectWhole(started);
    },
    TEST_MS,
  );

  /** Kills the server, lets its claims run out and starts it again. */
  async function restart(more: Record<string, string> = {}): Promise<void> {
    await server.kill("SIGKILL");
    passTime();
    server = await startProcess({ ...environment, ...more });
  }

  function passTime(): void {
    offset += CLAIM_OVER_MS;
    writeFileSync(clock, String(offset));
  }

  interface Started {
    api: string;
    importId: string;
    file: string;
  }

  async function startImport(): Promise<Started> {
    const slug = `p-${randomBytes(6).toString("hex")}`;
    const fields = { organizationId, name: "Website", slug, sourceLanguage: "en" };
    const project = await answer<{ id: string }>("/api/oauth-client/v1/projects", fields);
    const api = `/api/oauth-client/v1/projects/${project.id}`;
    await answer(`${api}/languages`, { code: "de" });
    const rows = Array.from({ length: KEYS }, (_, index) => ({
      key: `page${index % 50}.text${index}`,
      values: { de: `Text ${index} auf Deutsch`, en: `Text ${index} in English` },
    }));
    const file = lines(rows);
    const request = { format: "ndjson", size: Buffer.byteLength(file) };
    const { id: importId } = await answer<{ id: string }>(`${api}/imports`, request);
    const sent = browser.request(`${api}/imports/${importId}/content`, {
      method: "PUT",
      headers: { "content-type": "application/x-ndjson", origin: server.base },
      body: file,
    });
    // The server may be gone before it answers.
    await sent.catch(() => undefined);
    return { api, importId, file };
  }

  async function expectWhole({ api, importId, file }: Started): Promise<void> {
    const get = () => answer<Output<"imports.get">>(`${api}/imports/${importId}`);
    await expect
      .poll(async () => (await get()).state, { timeout: TEST_MS / 2, interval: 200 })
      .toBe("completed");
    const done = await get();
    expect(done).toMatchObject({
      rows: KEYS,
      keysCreated: KEYS,
      valuesCreated: 2 * KEYS,
      valuesUpdated: 0,
      unchanged: 0,
      rejected: 0,
    });
    const changeset = await answer(`${api}/changesets/${done.changesetId}`);
    expect(changeset).toMatchObject({ keyCount: KEYS, valueCount: 2 * KEYS });
    const { count } = await database.db.read
      .selectFrom("changes")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("changesetId", "=", done.changesetId ?? "")
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(3 * KEYS);
    const exported = await (await browser.request(`${api}/export?format=ndjson`)).text();
    expect(textsIn(exported)).toEqual(textsIn(file));
    const languages = await database.db.read
      .selectFrom("languages")
      .select("translated")
      .where("projectId", "=", api.split("/").at(-1) ?? "")
      .execute();
    expect(languages).toEqual([{ translated: KEYS }, { translated: KEYS }]);
    await expect.poll(chunksLeft).toEqual([]);
  }

  function chunksLeft(): Promise<unknown[]> {
    return database.db.read.selectFrom("importChunks").select("position").execute();
  }

  async function stateInDatabase(id: string): Promise<string | undefined> {
    const rows = database.db.read.selectFrom("imports").select("state").where("id", "=", id);
    return (await rows.executeTakeFirst())?.state;
  }

  async function answer<Body>(path: string, body?: object): Promise<Body> {
    const response = await (body ? browser.post(path, body) : browser.request(path));
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
});

/** Every text of a file, by key and language. */
function textsIn(file: string): string[] {
  type Line = { key: string; values: Record<string, string | { text: string }> };
  return file
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      const { key, values } = JSON.parse(line) as Line;
      const texts = Object.entries(values);
      return texts.map(([code, value]) => `${key} ${code} ${typeof value === "string" ? value : value.text}`);
    })
    .sort();
}
