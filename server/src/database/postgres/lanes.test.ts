import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestPostgres, type TestDatabase } from "../../../test/support/databases.ts";
import { prepared } from "../prepared.ts";

const family = prepared((store, { id }: { id: string }) =>
  store.selectFrom("families").selectAll().where("id", "=", id),
);

describe.runIf(process.env.TEST_POSTGRES_URL)("statements with names on Postgres", () => {
  let database: TestDatabase;
  let other: pg.Client;
  beforeEach(async () => {
    database = await openTestPostgres();
    other = new pg.Client({ connectionString: database.url });
    await other.connect();
    // Every lane, and a connection for writes, knows the statement.
    for (let turn = 0; turn < 4; turn++) await family(database.db.read, { id: "fam_a" });
    await database.db.write((tx) => family(tx, { id: "fam_a" }));
  });
  afterEach(async () => {
    await other.end();
    await database.close();
  });

  it("are planned anew when another node has changed their table", async () => {
    const { db } = database;
    await other.query('alter table "families" add column "later" text');
    for (let turn = 0; turn < 4; turn++) expect(await family(db.read, { id: "fam_a" })).toEqual([]);
    await other.query('alter table "families" drop column "later"');
    expect(await db.write((tx) => family(tx, { id: "fam_a" }))).toEqual([]);
    expect(await family(db.read, { id: "fam_a" })).toEqual([]);
  });

  it("leave no connection behind when theirs breaks while they are sent", async () => {
    const { db } = database;
    const others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    const connections = async () => Number((await other.query(`select count(*) ${others}`)).rows[0].count);
    const before = await connections();
    let isOver = false;
    const send = async () => {
      while (!isOver) await family(db.read, { id: "fam_a" }).catch(() => {});
    };
    const senders = [send(), send(), send(), send()];
    for (let round = 0; round < 5; round++) {
      const lane = `select pid ${others} and query like '%families%' order by backend_start limit 1`;
      await other.query(`select pg_terminate_backend(pid) from (${lane}) as lane`);
      await sleep(50);
    }
    isOver = true;
    await Promise.all(senders);
    expect(await connections()).toBeLessThanOrEqual(before);
  });
});
