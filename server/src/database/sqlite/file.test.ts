import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sqliteDialect } from "./dialect.ts";
import { openFile, type SqliteFile } from "./file.ts";

let folder: string;
let file: SqliteFile;
let db: Kysely<{ things: { id: string; size: number } }>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sqlite-test-"));
  file = openFile(`${folder}/a.db`, { mode: "write" });
  db = new Kysely({ dialect: sqliteDialect(file, "read") });
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const all = async () => (await sql`select * from things`.execute(db)).rows;

it("names the columns of every row, also those that another process adds or takes away", async () => {
  await sql`create table things (id text, size integer)`.execute(db);
  await sql`insert into things values ('a', 1), ('b', null)`.execute(db);
  expect(await all()).toEqual([
    { id: "a", size: 1 },
    { id: "b", size: null },
  ]);
  const other = new DatabaseSync(`${folder}/a.db`);
  other.exec("alter table things add column color text default 'red'");
  expect(await all()).toContainEqual({ id: "a", size: 1, color: "red" });
  other.exec("alter table things drop column size");
  expect(await all()).toContainEqual({ id: "b", color: "red" });
  other.close();
});

it("answers what a statement that writes returns, and rows one by one", async () => {
  await sql`create table things (id text, size integer)`.execute(db);
  const { rows } = await sql`insert into things values ('a', 1) returning size, id`.execute(db);
  expect(rows).toEqual([{ size: 1, id: "a" }]);
  const streamed: unknown[] = [];
  for await (const row of db.selectFrom("things").selectAll().stream()) streamed.push(row);
  expect(streamed).toEqual([{ id: "a", size: 1 }]);
});

it("says what a statement reads and writes, through triggers and foreign keys too", async () => {
  await sql`create table parents (id text primary key, size integer)`.execute(db);
  await sql`create table children (id text, parent text references parents (id) on delete cascade)`.execute(
    db,
  );
  await sql`create table counts (name text, count integer)`.execute(db);
  await sql`create trigger counting after insert on children begin update counts set count = count + 1; end`.execute(
    db,
  );
  const { writes } = file.prepare("delete from parents where size > 3");
  expect([...writes].sort()).toEqual(["children", "parents"]);
  expect([...file.prepare("insert into children values ('c', 'p')").writes].sort()).toEqual([
    "children",
    "counts.count",
  ]);
  expect([...file.prepare("update parents set size = 1").writes]).toEqual(["parents.size"]);
  const { reads } = file.prepare(
    "select size from parents where exists (select 1 from children where parent = parents.id)",
  );
  expect([...reads].sort()).toEqual(["children", "children.parent", "parents", "parents.id", "parents.size"]);
});
