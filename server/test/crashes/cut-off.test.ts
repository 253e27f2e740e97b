import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import { answered, type Scene } from "../refusals/scene.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { openTestPostgres, type TestDatabase } from "../support/databases.ts";
import { type Cable, layCable } from "./cable.ts";

const CUTS = 6;
const WRITERS = 6;

/** From sending something for the first time until it is refused for the last time, on a busy machine. */
const BRIEFLY_MS = 3_000;

interface Way {
  way: string;
  /** Whether new connections fail for a while. */
  isAway: boolean;
}

const WAYS: Way[] = [
  { way: "is cut off", isAway: true },
  { way: "ends all connections, as at a failover to another server,", isAway: false },
];

describe.runIf(process.env.TEST_POSTGRES_URL).each(WAYS)(
  "a server whose Postgres $way under load",
  ({ isAway }) => {
    /** What everybody was told meanwhile, and how long anything took that was refused at first. */
    const told = { unavailable: 0, wrong: [] as string[], longestMs: 0 };
    let database: TestDatabase;
    let cable: Cable;
    let scene: Scene;
    let project: string;
    /** Acknowledged to each writer, and to whoever publishes. */
    const writes = Array<number>(WRITERS).fill(0);
    const releases: number[] = [];
    const statusWhileCut = { health: 0, ready: 0, published: 0 };

    beforeAll(async () => {
      database = await openTestPostgres();
      cable = await layCable(database.url as string);
      scene = await startUnlimited(async () => {
        const db = await openDatabase(cable.url);
        return { db, url: cable.url, close: () => db.close() };
      });
      project = `/api/oauth-client/v1/projects/${scene.project.id}`;
      const keys = writes.map((_, writer) => ({ name: nameOf(writer), values: { en: textOf(writer, 0) } }));
      await answered(scene.people.owner.browser.post(`${project}/keys`, { keys }));
      await answered(scene.people.owner.browser.post(`${project}/releases`, {}));
      await loadWhileCutting();
    }, 120_000);
    afterAll(async () => {
      await scene.server.close();
      await cable.close();
      await database.close();
    });

    test("it answers 503 with Retry-After and nothing else, and recovers by itself", () => {
      expect(told.wrong).toEqual([]);
      expect(told.unavailable).toBeGreaterThan(0);
      expect(told.longestMs).toBeLessThan(BRIEFLY_MS);
      expect(Math.min(...writes)).toBeGreaterThan(CUTS);
      expect(releases.length).toBeGreaterThan(0);
    });

    test.runIf(isAway)("it lives on but is not ready, and serves what is published", () => {
      expect(statusWhileCut).toEqual({ health: 200, ready: 503, published: 200 });
    });

    test("what was sent again with the same Idempotency-Key is applied once", async () => {
      const { items } = await get<{ items: { text: string; revision: number }[] }>(
        `${project}/values?limit=100`,
      );
      const found = items.filter(({ text }) => text.startsWith("writer-"));
      // The first revision came with the key.
      const acknowledged = writes.map((count, writer) => ({
        text: textOf(writer, count),
        revision: count + 1,
      }));
      expect(found.map(({ text, revision }) => ({ text, revision })).toSorted(byText)).toEqual(acknowledged);
    });

    test("releases are numbered without a gap, and production shows the newest", async () => {
      const { items } = await get<{ items: { number: number; channels: string[] }[] }>(
        `${project}/releases?limit=250`,
      );
      expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => items.length - index));
      expect(items[0]?.channels).toEqual(["production"]);
      expect(releases).toEqual(releases.toSorted((one, other) => one - other));
    });

    async function loadWhileCutting(): Promise<void> {
      let working = true;
      const writing = writes.map(async (_, writer) => {
        while (working) {
          const count = (writes[writer] as number) + 1;
          const value = { key: { name: nameOf(writer) }, language: "en", text: textOf(writer, count) };
          await untilTaken(`${project}/values`, { values: [value] }, `${nameOf(writer)}-${count}`);
          writes[writer] = count;
        }
      });
      const publishing = (async () => {
        for (let count = 1; working; count++) {
          const { number } = await untilTaken<{ number: number }>(
            `${project}/releases`,
            {},
            `publish-${count}`,
          );
          releases.push(number);
        }
      })();
      for (let cuts = 0; cuts < CUTS; cuts++) {
        // At another moment of what is under way each time.
        await pause(150 + cuts * 7);
        await published();
        if (isAway) await cutOff(cuts === 0);
        else await endConnections();
      }
      // Long enough for each writer to go on after the last.
      const enough = writes.map((count) => count + CUTS);
      while (writes.some((count, writer) => count < (enough[writer] as number))) await pause(20);
      working = false;
      await Promise.all([...writing, publishing]);
    }

    async function cutOff(isFirst: boolean): Promise<void> {
      cable.cut();
      if (isFirst) await lookAround();
      await pause(100);
      cable.mend();
    }

    async function endConnections(): Promise<void> {
      const admin = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
      await admin.connect();
      await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
        new URL(cable.url).pathname.slice(1),
      ]);
      await admin.end();
    }

    async function lookAround(): Promise<void> {
      statusWhileCut.health = (await fetch(`${scene.base}/health`)).status;
      statusWhileCut.ready = (await fetch(`${scene.base}/ready`)).status;
      statusWhileCut.published = (await published()).status;
    }

    function published(): Promise<Response> {
      return fetch(`${scene.base}/cdn/${scene.project.id}/en.json`);
    }

    /** Sends the same until it is taken, as a client that was told to try again. */
    async function untilTaken<Body>(path: string, body: object, key: string): Promise<Body> {
      for (const begun = performance.now(); ; ) {
        const answer = await scene.people.owner.browser.post(path, body, { "Idempotency-Key": key });
        const text = await answer.text();
        if (answer.ok) return JSON.parse(text) as Body;
        told.longestMs = Math.max(told.longestMs, performance.now() - begun);
        const hint = answer.headers.get("retry-after");
        if (answer.status === 503 && Number(hint) > 0) told.unavailable++;
        else if (answer.status !== 409) told.wrong.push(`${path}: ${answer.status} ${hint} ${text}`);
        await pause(25);
      }
    }

    async function get<Body>(path: string): Promise<Body> {
      return answered<Body>(scene.people.owner.browser.request(path));
    }
  },
);

function nameOf(writer: number): string {
  return `writer-${writer}`;
}

function textOf(writer: number, count: number): string {
  return `${nameOf(writer)} wrote ${count}`;
}

function byText(one: { text: string }, other: { text: string }): number {
  return one.text < other.text ? -1 : 1;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
