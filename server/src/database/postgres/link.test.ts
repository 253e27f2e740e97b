import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestPostgres, type TestDatabase } from "../../../test/support/databases.ts";
import { send } from "../direct.ts";

describe.runIf(process.env.TEST_POSTGRES_URL)("a transaction whose statements are not waited for", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestPostgres();
  });
  afterAll(() => database.close());

  it("may take longer than one of them may", { timeout: 20_000 }, async () => {
    const { db } = database;
    const written = db.write(async (tx) => {
      for (let left = 30; left > 0; left--) await send(tx, sql`select pg_sleep(0.2)`.compile(tx));
    });
    await expect(written).resolves.toBeUndefined();
  });
});
