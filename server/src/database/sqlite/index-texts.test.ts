import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { countWaiting, untilIndexed } from "../../../test/support/indexed.ts";
import { addProject } from "../../../test/support/projects.ts";
import { type Database, openDatabase } from "../open.ts";

/** More texts than a search may name, and than one step indexes. */
const MANY = 900;

describe("texts that are indexed after they were written", () => {
  const folders: string[] = [];
  const opened: Database[] = [];
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const open = async (folder = mkdtempSync(join(tmpdir(), "parlance-index-"))) => {
    folders.push(folder);
    const db = await openDatabase(`file:${join(folder, "test.db")}`);
    opened.push(db);
    return { db, folder };
  };
  const world = async (db: Database) => {
    const w = await addProject(testContext(db));
    const find = async (part: string, most = 10) =>
      (await db.textSearch.keysWith(db.read, { projectId: w.project.id, part, most }))?.toSorted();
    const set = (name: string, text: string) =>
      w.call("values.set", { values: [{ key: { name }, language: "en", text }] });
    const create = async (...names: string[]) => {
      const { items } = await w.call("keys.create", { keys: names.map((name) => ({ name })) });
      return items.map(({ id }) => id);
    };
    return { ...w, find, set, create };
  };

  it("are found before they are, among the keys that were written a moment ago", async () => {
    const { db } = await open();
    const { create, set, find } = await world(db);
    const [apple = "", pear = ""] = await create("apple", "pear");
    await set("apple", "a red one");
    expect(await find("red one")).toEqual(expect.arrayContaining([apple]));
    await untilIndexed(db);
    expect(await find("red one")).toEqual([apple]);
    expect(await find("pear")).toEqual([pear]);
    await set("apple", "a green one");
    expect(await find("green")).toEqual([apple]);
    await untilIndexed(db);
    expect(await find("green")).toEqual([apple]);
    expect(await find("red one")).toEqual([]);
  });

  it("make a search read the keys themselves while they are very many", async () => {
    const { db } = await open();
    const { create, find } = await world(db);
    await create(...Array.from({ length: MANY }, (_, at) => `key${at}`));
    expect(await find("key17")).toBeUndefined();
    await untilIndexed(db);
    expect((await find("key17", MANY))?.length).toBe(11);
  });

  it("are indexed in steps between which others write, and share no transaction with what wrote them", async () => {
    const { db } = await open();
    const { create } = await world(db);
    for (const half of ["key", "word"]) {
      await create(...Array.from({ length: MANY }, (_, at) => `${half}${at}`));
    }
    await untilIndexed(db);
    const seen = await db.write(async (tx) => {
      await tx
        .updateTable("keys")
        .set((eb) => ({ name: sql<string>`${eb.ref("name")} || '!'` }))
        .execute();
      // In here, because a step may come before whatever looks after the commit.
      return [await countWaiting({ read: tx })];
    });
    while (seen.at(-1) !== 0) {
      await db.write((tx) => tx.updateTable("users").set({ name: "Ada" }).execute());
      seen.push(await countWaiting(db));
    }
    expect(seen[0]).toBe(2 * MANY);
    expect(new Set(seen).size).toBeGreaterThan(3);
  });

  it("leave the index with what stands at their place when they go", async () => {
    const { db } = await open();
    const { create, set, find, call, project } = await world(db);
    const [gone = ""] = await create("going");
    await set("going", "soon away");
    await untilIndexed(db);
    await call("keys.delete", { keys: [{ id: gone }] });
    await db.write(async (tx) => {
      await tx.deleteFrom("translations").where("projectId", "=", project.id).execute();
      await tx.deleteFrom("keys").where("projectId", "=", project.id).execute();
    });
    expect(await find("soon away")).toEqual([]);
    // It gets the number that the other one had in the index.
    const [come = ""] = await create("coming");
    await untilIndexed(db);
    expect(await find("coming")).toEqual([come]);
    expect(await find("going")).toEqual([]);
    const { rows } = await sql`select rowid from "searchIndex"
      where "searchIndex" match 'away' or "searchIndex" match 'going'`.execute(db.read);
    expect(rows).toEqual([]);
  });

  it("are indexed after the next start when the process ended before", async () => {
    const { db, folder } = await open();
    const { create, project } = await world(db);
    const names = Array.from({ length: MANY }, (_, at) => `key${at}`);
    await create(...names);
    await db.close();
    const { db: again } = await open(folder);
    folders.pop();
    expect(await countWaiting(again)).toBeGreaterThan(0);
    await untilIndexed(again);
    const query = { projectId: project.id, part: "key", most: MANY };
    expect(await again.textSearch.keysWith(again.read, query)).toHaveLength(MANY);
  });
});
