import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answered, type Scene } from "../refusals/scene.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { openTestSqlite, type TestDatabase } from "../support/databases.ts";
import { call } from "../support/flow.ts";
import { countWaiting, untilIndexed } from "../support/indexed.ts";
import { slowest, type Timed, timed } from "./timed.ts";

const KEYS_PER_CALL = 1000;
const LANGUAGES = ["en", "de", "fr", "es"];
const CHANGES = 5 * KEYS_PER_CALL * LANGUAGES.length;
const LONG_TEXT = "Something that is said at length. ".repeat(120);

interface Reverted {
  reverted: number;
  nextCursor: string | null;
}

/** On Postgres long writes hold up nobody but writers of their project. */
describe("beside long writes to a SQLite file", { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let scene: Scene;
  let mint: () => Promise<Response>;

  beforeAll(async () => {
    scene = await startUnlimited(async () => {
      database = await openTestSqlite();
      return database;
    });
    const { people, organization, app, base } = scene;
    const issued = await scene.letIn(people.owner, app, { organizations: [organization] });
    mint = () =>
      call(base, `/installations/${issued.grant_id}/tokens`, issued.access_token, { method: "POST" });
    for (const code of LANGUAGES.slice(1)) await ask("languages", { code });
    for (let from = 0; from < CHANGES / LANGUAGES.length; from += KEYS_PER_CALL) {
      const values = Object.fromEntries(LANGUAGES.map((code) => [code, `A text in ${code}`]));
      await ask("keys", { keys: namesFrom(from).map((name) => ({ name, values })) });
    }
    await untilIndexed(database.db);
  }, 120_000);
  afterAll(() => scene.server.close());

  test(`tokens are minted between the parts of a revert of ${CHANGES} changes`, async () => {
    const changesetId = await addChangeset();
    const parts: Reverted[] = [];
    const { mints, tookMs } = await mintBeside(async () => {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const part: Reverted = await ask(`changesets/${changesetId}/revert`, cursor ? { cursor } : {});
        parts.push(part);
        cursor = part.nextCursor;
      }
    });
    // The scene has a text of its own.
    expect(parts.reduce((sum, { reverted }) => sum + reverted, 0)).toBe(CHANGES + 1);
    expect(mints.length).toBeGreaterThanOrEqual(parts.length);
    expect(slowest(mints)).toBeLessThan(tookMs / 2);
  });

  test("tokens are minted while a thousand long texts are indexed, and searches find them meanwhile", async () => {
    const values = namesFrom(0).map((name) => ({ key: { name }, language: "en", text: LONG_TEXT }));
    let waitingAtAnswer = 0;
    const { mints, tookMs } = await mintBeside(async () => {
      await ask("values", { values });
      waitingAtAnswer = await countWaiting(database.db);
      const { items } = await ask<{ items: unknown[] }>("keys?q=said%20at%20length&limit=5");
      expect(items).toHaveLength(5);
      await untilIndexed(database.db);
    });
    expect(waitingAtAnswer).toBeGreaterThan(KEYS_PER_CALL / 2);
    expect(slowest(mints)).toBeLessThan(tookMs / 2);
  });

  /** Mints one token after the other while the work goes on; answers how long each and all took. */
  async function mintBeside(work: () => Promise<void>): Promise<{ mints: Timed[]; tookMs: number }> {
    const mints: Timed[] = [];
    const begun = performance.now();
    let isOver = false;
    const working = work().finally(() => {
      isOver = true;
    });
    while (!isOver) mints.push(await timed(mint()));
    await working;
    expect(mints.filter(({ status }) => status !== 201)).toEqual([]);
    return { mints, tookMs: performance.now() - begun };
  }

  function namesFrom(first: number): string[] {
    return Array.from({ length: KEYS_PER_CALL }, (_, at) => `key${first + at}`);
  }

  function ask<Answer>(path: string, body?: object): Promise<Answer> {
    const { browser } = scene.people.owner;
    const url = `/api/oauth-client/v1/projects/${scene.project.id}/${path}`;
    return answered<Answer>(body ? browser.post(url, body) : browser.request(url));
  }

  /** One that changed every value, as only an import makes. */
  async function addChangeset(): Promise<string> {
    const { id } = scene.project;
    await database.db.write(async (tx) => {
      const ofProject = tx.selectFrom("changesets").selectAll().where("projectId", "=", id);
      const row = await ofProject.limit(1).executeTakeFirstOrThrow();
      await tx
        .insertInto("changesets")
        .values({ ...row, id: "cs_large", keyCount: 0, valueCount: CHANGES })
        .execute();
      await sql`
        insert into "changes" ("changesetId", "keyId", "language", "kind", "before", "after", "statusBefore",
          "statusAfter", "revision")
        select 'cs_large', "keyId", "language", 'changed', 'Before ' || "text", "text", "status", "status", 2
        from "translations" where "projectId" = ${id}`.execute(tx);
      await sql`
        update "translations" set "changesetId" = 'cs_large', "revision" = 2 where "projectId" = ${id}`.execute(
        tx,
      );
    });
    return "cs_large";
  }
});
