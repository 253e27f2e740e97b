import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import { answered, type Scene } from "../refusals/scene.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { openTestPostgres, type TestDatabase } from "../support/databases.ts";
import { call } from "../support/flow.ts";
import { type Cable, layCable } from "./cable.ts";
import { freePort, startProcess } from "./spawned.ts";

const CALLERS = 4;
const PATIENCE_MS = 120_000;
const LONGEST_ANSWER_MS = 10_000;

/** One answer: what it was, and how long it took. */
interface Seen {
  status: number;
  ms: number;
  retryAfter: string | null;
}

describe.runIf(process.env.TEST_POSTGRES_URL)("a server whose Postgres", () => {
  let database: TestDatabase;
  let cable: Cable;
  let scene: Scene;
  let token: string;
  let project: string;
  let mint: () => Promise<Response>;

  beforeAll(async () => {
    database = await openTestPostgres();
    cable = await layCable(database.url as string);
    scene = await startUnlimited(async () => {
      const db = await openDatabase(cable.url);
      return { db, url: cable.url, close: () => db.close() };
    });
    const issued = await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] });
    token = await scene.mint(issued);
    mint = () =>
      call(scene.base, `/installations/${issued.grant_id}/tokens`, issued.access_token, { method: "POST" });
    project = `/v1/projects/${scene.project.id}`;
    await answered(scene.people.owner.browser.post(`/api/oauth-client${project}/releases`, {}));
    // What was read once is served without the database.
    expect((await fetch(cdn())).status).toBe(200);
  }, PATIENCE_MS);
  afterAll(async () => {
    await scene.server.close();
    await cable.close();
    await database.close();
  });

  test.each(["work", "silent"] as const)(
    "falls silent, while new connections %s, answers 503 in time, and recovers by itself",
    async (newOnes) => {
      const load = startLoad();
      await pause(200);
      cable.silence(newOnes);
      const [ready, published] = await Promise.all([timed(fetch(`${scene.base}/ready`)), fetch(cdn())]);
      if (newOnes === "silent") await pause(11_000);
      cable.mend();
      await load.untilAllSucceed();
      const seen = await load.stop();
      expect(published.status).toBe(200);
      expect(ready.ms).toBeLessThan(2_000);
      if (newOnes === "silent") expect(ready.status).toBe(503);
      const failed = seen.filter(({ status }) => status >= 400);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
      expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(LONGEST_ANSWER_MS);
      expect((await fetch(`${scene.base}/ready`)).status).toBe(200);
    },
    PATIENCE_MS,
  );

  test("is far away goes on", async () => {
    cable.delay(100);
    const seen = await Promise.all([timed(read()), timed(mint()), timed(write())]);
    cable.mend();
    expect(seen.map(({ status }) => status)).toEqual([200, 201, 200]);
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(4_000);
  });

  test(
    "takes fewer connections than it may open lets everybody wait for one of those",
    async () => {
      const name = new URL(cable.url).pathname.slice(1);
      await answeredSql(`alter database "${name}" connection limit 5`);
      // Whatever is open goes, so that all begins below the limit.
      cable.cut();
      cable.mend();
      const seen = await Promise.all(
        Array.from({ length: 60 }, (_, at) => timed([read, mint, write][at % 3]?.() ?? read())),
      );
      await answeredSql(`alter database "${name}" connection limit -1`);
      expect(seen.filter(({ status }) => status >= 300)).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "falls silent ends in time when it is told to stop",
    async () => {
      const environment = {
        DATABASE_URL: cable.url,
        SECRET_KEY: "a secret key that only tests use, of length",
        PORT: await freePort(),
        DATA_DIR: "/nonexistent",
      };
      const server = await startProcess(environment);
      expect((await fetch(`${server.base}/ready`)).status).toBe(200);
      cable.silence("silent");
      const asked = fetch(`${server.base}/ready`).catch(() => undefined);
      const begun = performance.now();
      const { code, signal } = await server.kill("SIGTERM");
      expect(performance.now() - begun).toBeLessThan(14_000);
      expect(signal).toBeNull();
      expect([0, 2]).toContain(code);
      await asked;
      cable.mend();
    },
    PATIENCE_MS,
  );

  function startLoad() {
    const seen: Seen[] = [];
    let working = true;
    /** Of each caller since the last look. */
    const successes = new Map<number, number>();
    const callers = [read, mint, write].flatMap((ask, kind) =>
      Array.from({ length: CALLERS }, async (_, at) => {
        const caller = kind * CALLERS + at;
        while (working) {
          const one = await timed(ask());
          seen.push(one);
          if (one.status < 300) successes.set(caller, (successes.get(caller) ?? 0) + 1);
          else await pause(100);
        }
      }),
    );
    return {
      async untilAllSucceed() {
        successes.clear();
        while (successes.size < callers.length) await pause(50);
      },
      async stop() {
        working = false;
        await Promise.all(callers);
        return seen;
      },
    };
  }

  function read(): Promise<Response> {
    return call(scene.base, project, token);
  }

  function write(): Promise<Response> {
    const value = { key: { name: "greeting" }, language: "en", text: `Hello ${Math.random()}` };
    return call(scene.base, `${project}/values`, token, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ values: [value] }),
    });
  }

  function cdn(): string {
    return `${scene.base}/cdn/${scene.project.id}/en.json`;
  }

  async function answeredSql(statement: string): Promise<void> {
    await sql.raw(statement).execute(database.db.writer);
  }
});

async function timed(answer: Promise<Response>): Promise<Seen> {
  const begun = performance.now();
  const response = await answer;
  await response.arrayBuffer();
  return {
    status: response.status,
    ms: performance.now() - begun,
    retryAfter: response.headers.get("retry-after"),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
