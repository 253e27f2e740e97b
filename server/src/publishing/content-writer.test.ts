import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { openTestSqlite, type TestDatabase } from "../../test/support/databases.ts";
import { contentWriter } from "./content-writer.ts";

describe("a writer of contents", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestSqlite();
  });
  afterAll(() => database.close());

  it("fails a publish whose file could not be stored, also when that was known before anybody waited", async () => {
    let isStored = false;
    const writer = contentWriter(
      testContext(database.db, {
        crash() {
          isStored = true;
          throw new Error("no room");
        },
      }),
    );
    await writer.add(new Map([["hash", Buffer.from("{}")]]));
    while (!isStored) await setImmediate();
    await setImmediate();
    await expect(writer.finish()).rejects.toThrow("no room");
  });
});
