import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOfLock, projectLock } from "../../src/database/locks.ts";
import { answered, type Scene } from "../refusals/scene.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { openTestPostgres, type TestDatabase } from "../support/databases.ts";
import { call } from "../support/flow.ts";
import { p95, slowest, type Timed, timed } from "./timed.ts";

const WRITES = 400;
const OTHERS_WAIT_MS = 250;
/** DATABASE_CONNECTIONS, unless told otherwise. */
const MOST_CONNECTIONS = 20;
/** Nobody waits longer for an answer, whatever it is. */
const LONGEST_MS = 10_000;

/** On SQLite nothing waits for a project alone. */
describe.runIf(process.env.TEST_POSTGRES_URL)(
  "while all writers of one project wait for a stuck one",
  {
    timeout: 60_000,
  },
  () => {
    let database: TestDatabase;
    let scene: Scene;
    let token: string;
    let mint: () => Promise<Response>;

    beforeAll(async () => {
      scene = await startUnlimited(async () => {
        database = await openTestPostgres();
        return database;
      });
      const { people, organization, base } = scene;
      const issued = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
      token = await scene.mint(issued);
      mint = () =>
        call(base, `/installations/${issued.grant_id}/tokens`, issued.access_token, { method: "POST" });
      await scene.addKey(people.owner, scene.outside, "greeting");
    });
    afterAll(() => scene.server.close());

    test("others read, write and mint as ever; who waits too long is told to come again, and it recovers", async () => {
      const other = await holdLockOf(scene.project.id);
      let mostConnections = 0;
      let working = true;
      const writes = Array.from({ length: WRITES }, () => timed(write(scene.project.id)));
      const refused = Promise.all(writes).finally(() => {
        working = false;
      });
      const others: Timed[] = [];
      for (let round = 0; working; round++) {
        others.push(await timed(([read, list, mint, () => write(scene.outside.id)][round % 4] ?? read)()));
        mostConnections = Math.max(mostConnections, await countConnections(other));
        await sleep(5);
      }
      const told = await refused;
      await other.end();
      expect(mostConnections).toBeLessThanOrEqual(MOST_CONNECTIONS);
      expect(others.filter(({ status }) => status >= 300)).toEqual([]);
      expect(others.length).toBeGreaterThan(50);
      expect(p95(others)).toBeLessThan(OTHERS_WAIT_MS);
      expect(told.filter(({ status, retryAfter }) => status !== 503 || !(Number(retryAfter) > 0))).toEqual(
        [],
      );
      expect(slowest(told)).toBeLessThan(LONGEST_MS);
      expect((await write(scene.project.id)).status).toBe(200);
      const { items } = await answered<{ items: { revision: number }[] }>(
        call(scene.base, `/v1/projects/${scene.project.id}/values`, token),
      );
      // The first came with the key; of all that was refused nothing is there.
      expect(items.map(({ revision }) => revision)).toEqual([2]);
    });

    /** As another node does whose writer is stuck. */
    async function holdLockOf(projectId: string): Promise<pg.Client> {
      const other = new pg.Client({ connectionString: database.url as string });
      await other.connect();
      await other.query("select pg_advisory_lock(hashtextextended($1, 0))", [
        nameOfLock(projectLock(projectId)),
      ]);
      return other;
    }

    /** Of the server. */
    async function countConnections(other: pg.Client): Promise<number> {
      const { rows } = await other.query<{ count: number }>(
        "select count(*)::int - 1 as count from pg_stat_activity where datname = current_database()",
      );
      return rows[0]?.count ?? 0;
    }

    function read(): Promise<Response> {
      return call(scene.base, `/v1/projects/${scene.outside.id}`, token);
    }

    function list(): Promise<Response> {
      return call(scene.base, `/v1/projects/${scene.outside.id}/keys`, token);
    }

    function write(projectId: string): Promise<Response> {
      const value = { key: { name: "greeting" }, language: "en", text: `Hello ${Math.random()}` };
      return call(scene.base, `/v1/projects/${projectId}/values`, token, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ values: [value] }),
      });
    }
  },
);
