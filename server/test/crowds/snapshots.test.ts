import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/open.ts";
import { newId } from "../../src/platform/crypto.ts";
import type { Scene } from "../refusals/scene.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { openTestPostgres, openTestSqlite } from "../support/databases.ts";
import { call } from "../support/flow.ts";
import { slowest, type Timed, timed } from "./timed.ts";

/** The in-process Postgres has one connection for everything. */
const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  ...(process.env.TEST_POSTGRES_URL ? [{ engine: "postgres", open: openTestPostgres }] : []),
];
/** On Postgres half of the seven that are for reads; of SQLite's each may cache 64 MiB. */
const MOST_OPEN = 4;
const MOST_WAITING = 100;
const OTHERS_WAIT_MS = 500;

describe.each(ENGINES)("of snapshots on $engine", { timeout: 60_000 }, ({ open }) => {
  let scene: Scene;
  let token: string;
  let project: string;
  let plan: string;
  const held = { open: 0, most: 0, until: Promise.resolve() };

  beforeAll(async () => {
    scene = await startUnlimited(async () => {
      const database = await open();
      return { ...database, db: holding(database.db) };
    });
    const { people, organization } = scene;
    token = await scene.mint(await scene.letIn(people.owner, scene.app, { organizations: [organization] }));
    project = `/v1/projects/${scene.project.id}`;
    plan = await scene.addPlan(people.owner, scene.project);
  });
  afterAll(() => scene.server.close());

  test("forty at once are a few at a time, and all are answered", async () => {
    const letGo = hold();
    const asked = ask(40);
    await expect.poll(() => held.open).toBe(MOST_OPEN);
    const others = await askAround();
    letGo();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(held.most).toBe(MOST_OPEN);
    expect(others.filter(({ status }) => status >= 300)).toEqual([]);
    expect(slowest(others)).toBeLessThan(OTHERS_WAIT_MS);
  });

  test("those beyond a bounded queue are told to come again, at once; those in it when it takes too long", async () => {
    const letGo = hold();
    const all = MOST_OPEN + MOST_WAITING + 30;
    const seen: Timed[] = [];
    const asked = ask(all).map(async (answer) => void seen.push(await answer));
    await expect.poll(() => seen.length, { timeout: 1_900 }).toBe(30);
    const others = await askAround();
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(all - MOST_OPEN);
    expect(new Set(seen.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
      new Set(["503 2"]),
    );
    letGo();
    await Promise.all(asked);
    expect(seen.slice(all - MOST_OPEN).map(({ status }) => status)).toEqual(Array(MOST_OPEN).fill(200));
    expect(others.filter(({ status }) => status >= 300)).toEqual([]);
    expect(slowest(others)).toBeLessThan(OTHERS_WAIT_MS);
    expect((await ask(1)[0])?.status).toBe(200);
  });

  /** Pages of what is pending, and of a plan, in turn. */
  function ask(count: number): Promise<Timed>[] {
    const paths = [`${project}/pending`, `${project}/publish-plans/${plan}/changes`];
    return Array.from({ length: count }, (_, at) => timed(call(scene.base, paths[at % 2] as string, token)));
  }

  /** One after the other: calls, a page of keys, a write elsewhere, and whether it lives and is ready. */
  async function askAround(): Promise<Timed[]> {
    const elsewhere = `/api/oauth-client/v1/projects/${scene.outside.id}/keys`;
    const asked = [
      () => call(scene.base, project, token),
      () => call(scene.base, `${project}/keys`, token),
      () => scene.people.owner.browser.post(elsewhere, { keys: [{ name: newId("k") }] }),
      () => fetch(`${scene.base}/health`),
      () => fetch(`${scene.base}/ready`),
    ];
    const seen: Timed[] = [];
    for (const one of [...asked, ...asked]) seen.push(await timed(one()));
    return seen;
  }

  /** From now on every snapshot stays open once it was, until the answer is called. */
  function hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    held.until = promise;
    return resolve;
  }

  function holding(db: Database): Database {
    return {
      ...db,
      snapshot: (work) =>
        db.snapshot(async (tx) => {
          held.open++;
          held.most = Math.max(held.most, held.open);
          try {
            const result = await work(tx);
            await held.until;
            return result;
          } finally {
            held.open--;
          }
        }),
    };
  }
});
