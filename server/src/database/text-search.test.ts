import { PGlite } from "@electric-sql/pglite";
import { PGliteDialect, sql } from "kysely";
import { describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { untilIndexed } from "../../test/support/indexed.ts";
import { addProject } from "../../test/support/projects.ts";
import { openPostgres } from "./open-postgres.ts";
import { containsText } from "./text-search.ts";

const INT8 = 20;

describe("a Postgres that may not have pg_trgm", () => {
  it("starts without it, and finds texts without an index", async () => {
    const pglite = await PGlite.create({ parsers: { [INT8]: Number } });
    const db = await openPostgres(new PGliteDialect({ pglite }));
    const w = await addProject(testContext(db), { languages: ["de"] });
    await w.call("keys.create", { keys: [{ name: "fruit", values: { de: "ÄPFEL" } }, { name: "other" }] });
    const query = { projectId: w.project.id, part: "äpfel", most: 10 };
    expect(await db.textSearch.keysWith(db.read, query)).toBeUndefined();
    expect((await w.call("keys.list", { q: "äpfel" })).items).toMatchObject([{ name: "fruit" }]);
    await db.close();
  });
});

describe.each(ENGINES)("text search on $engine", ({ open }) => {
  it("finds from three characters on, in one project, and says when it is too much", async () => {
    const database = await open();
    const { db } = database;
    const ctx = testContext(db);
    const [w, other] = [await addProject(ctx), await addProject(ctx)];
    const keys = ["one", "two", "three"].map((name) => ({ name, values: { en: `Apple ${name}` } }));
    const { items } = await w.call("keys.create", { keys });
    await other.call("keys.create", { keys });
    await untilIndexed(db);
    const find = (part: string, most = 10) =>
      db.textSearch.keysWith(db.read, { projectId: w.project.id, part, most });
    expect((await find("aPPl"))?.toSorted()).toEqual(items.map((key) => key.id).toSorted());
    expect(await find("three")).toEqual([items[2]?.id]);
    expect(await find("pear")).toEqual([]);
    expect(await find("ap")).toBeUndefined();
    expect(await find("apple", 2)).toBeUndefined();
    await database.close();
  });

  it.each([
    ["ÄPFEL", "äpf", true],
    ["Привет", "ПРИВ", true],
    ["a_b", "a%b", false],
    ["abc", "", true],
  ])("%j contains %j: %j", async (text, part, expected) => {
    const database = await open();
    const from = sql<{
      found: unknown;
    }>`select ${containsText("text", part)} as "found" from (select cast(${text} as text) as "text") as "one"`;
    const { rows } = await from.execute(database.db.read);
    expect(Boolean(rows[0]?.found)).toBe(expected);
    await database.close();
  });
});
