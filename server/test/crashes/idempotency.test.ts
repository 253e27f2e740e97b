import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestPostgres, openTestSqlite, type TestDatabase } from "../support/databases.ts";
import type { Browser } from "../support/flow.ts";
import { freePort, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld } from "./world.ts";

/** Where each is sent, below the project. A new operation that commits by itself has to take its place here. */
const PATHS = { "plans.create": "publish-plans", "releases.create": "releases" } as const;

const committing = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => {
  const { ownTransactions, rest, access }: Operation = OPERATIONS[name];
  return ownTransactions && rest.method === "POST" && access.by !== "anyone";
});

/** A process of its own cannot share the in-process Postgres. */
const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  ...(process.env.TEST_POSTGRES_URL ? [{ engine: "postgres", open: openTestPostgres }] : []),
];

test("every operation that commits by itself and takes a key is tried", () => {
  expect(Object.keys(PATHS).sort()).toEqual(committing.toSorted());
});

describe.each(ENGINES)("one Idempotency-Key, on $engine", ({ open }) => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-idempotency-"));
  const TEST_CLOCK_FILE = join(folder, "clock");
  let database: TestDatabase;
  let environment: Record<string, string>;
  let server: Spawned;
  let browser: Browser;
  let organizationId: string;
  let api: string;
  /** How far the server is ahead of us, in milliseconds. */
  let ahead = 0;

  beforeAll(async () => {
    database = await open();
    const SECRET_KEY = randomBytes(32).toString("hex");
    const DATABASE_URL = database.url as string;
    writeFileSync(TEST_CLOCK_FILE, "0");
    environment = { DATA_DIR: folder, DATABASE_URL, SECRET_KEY, TEST_CLOCK_FILE, PORT: await freePort() };
    const world = await makeWorld(DATABASE_URL);
    server = await startProcess(environment);
    browser = await world.signIn(server.base);
    const organizations = await read<{ items: [{ id: string }] }>("/api/dashboard/organizations");
    organizationId = organizations.items[0].id;
    const project = await sent("/api/oauth-client/v1/projects", {
      ...{ organizationId, name: "Website", slug: "website", sourceLanguage: "en" },
    });
    api = `/api/oauth-client/v1/projects/${((await project.json()) as { id: string }).id}`;
    await sent(`${api}/keys`, { keys: [{ name: "round" }] });
  });
  afterAll(async () => {
    await server.kill("SIGKILL");
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(Object.entries(PATHS))("%s", (action, path) => {
    test("ten calls at once are done once; the others hear the same answer, or that it is under way", async () => {
      await write();
      const done = await timesDone(action);
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 10 }, () => call(path, key)));
      const bodies = new Set<string>();
      for (const answer of answers) {
        if (answer.status !== 201) expect(answer.status).toBe(409);
        else bodies.add(await answer.text());
      }
      expect(bodies.size).toBe(1);
      expect(await timesDone(action)).toBe(done + 1);
    });

    test("a kill between commit and answer: the next call hears what was done, and nothing more is", async () => {
      await write();
      const done = await timesDone(action);
      const key = randomUUID();
      await killedAt("call.committed", () => call(path, key));
      // With a change that the deed, done again, would take along.
      await write();
      const again = await call(path, key);
      expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
      expect(await timesDone(action)).toBe(done + 1);
      expect(await (await call(path, key)).text()).toBe(await again.text());
    });

    test("a kill before the commit: nothing was done, and the key is free for the node that is started again", async () => {
      await write();
      const done = await timesDone(action);
      const key = randomUUID();
      await killedAt("call.settled", () => call(path, key));
      expect(await timesDone(action)).toBe(done);
      const again = await call(path, key);
      expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, null]);
      expect(await timesDone(action)).toBe(done + 1);
    });

    test("a kill before the commit: for any other node the key is free when the dead call's time is over", async () => {
      await write();
      const done = await timesDone(action);
      const key = randomUUID();
      await killedAt("call.settled", () => call(path, key), {
        DATA_DIR: mkdtempSync(join(folder, "other-")),
      });
      expect(await timesDone(action)).toBe(done);
      const early = await call(path, key);
      expect(early.status).toBe(409);
      const wait = Number(early.headers.get("retry-after"));
      expect(wait).toBeGreaterThan(0);
      ahead += (wait + 1) * 1000;
      writeFileSync(TEST_CLOCK_FILE, String(ahead));
      const late = await call(path, key);
      expect([late.status, late.headers.get("idempotent-replayed")]).toEqual([201, null]);
      expect(await timesDone(action)).toBe(done + 1);
    });

    test("the key with another request is refused", async () => {
      const key = randomUUID();
      await write();
      expect((await call(path, key)).status).toBe(201);
      expect((await call(path, key, { channel: "preview" })).status).toBe(409);
    });
  });

  function call(path: string, key: string, body: object = {}): Promise<Response> {
    return browser.post(`${api}/${path}`, body, { "idempotency-key": key });
  }

  async function killedAt(point: string, work: () => Promise<unknown>, next = {}): Promise<void> {
    await restart({ TEST_CRASH_AT: point });
    await expect(work()).rejects.toThrow(TypeError);
    expect(await server.ended).toMatchObject({ signal: "SIGKILL" });
    await restart(next);
  }

  async function restart(more: Record<string, string>): Promise<void> {
    await server.kill("SIGKILL");
    server = await startProcess({ ...environment, ...more });
  }

  async function write(): Promise<void> {
    const value = { key: { name: "round" }, language: "en", text: randomUUID() };
    await sent(`${api}/values`, { values: [value] });
  }

  async function timesDone(action: string): Promise<number> {
    const path = `/api/dashboard/organizations/${organizationId}/audit?limit=250&action=${action}`;
    return (await read<{ items: unknown[] }>(path)).items.length;
  }

  async function read<Body>(path: string): Promise<Body> {
    return (await (await browser.request(path)).json()) as Body;
  }

  async function sent(path: string, body: object): Promise<Response> {
    const answer = await browser.post(path, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
});
