import { type Kysely, sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";
import type { Schema } from "../schema.ts";

/** The index that `database/text-search.ts` finds names and texts with. */
export const createSearch: MigrationStep = (db, engine) =>
  engine === "sqlite" ? createTrigramTable(db) : createTrigramIndexes(db);

/**
 * An FTS5 table of trigrams that holds no text itself. Its row ids are numbers; those of a project stand together
 * (`searchProjects.number` in the upper bits), so that a search reads no other project's.
 */
async function createTrigramTable(db: Kysely<Schema>): Promise<void> {
  const statements = [
    sql`create table "searchProjects" ("number" integer primary key, "projectId" text not null unique)`,
    // "language" is empty for the name of the key.
    sql`create table "searchTexts" ("id" integer primary key, "keyId" text not null, "language" text not null,
      unique ("keyId", "language"))`,
    sql`create virtual table "searchIndex"
      using fts5("text", content = '', contentless_delete = 1, tokenize = 'trigram')`,
    sql`insert into "searchProjects" ("projectId") select "id" from "projects"`,
    sql`insert into "searchTexts" ("id", "keyId", "language")
      select "number" * 4294967296 + row_number() over (partition by "number" order by "keyId", "language"),
        "keyId", "language"
      from (select "projectId", "id" as "keyId", '' as "language" from "keys"
        union all select "projectId", "keyId", "language" from "translations")
      inner join "searchProjects" using ("projectId")`,
    sql`insert into "searchIndex" (rowid, "text")
      select "searchTexts"."id", coalesce("translations"."text", "keys"."name") from "searchTexts"
      inner join "keys" on "keys"."id" = "searchTexts"."keyId"
      left join "translations" using ("keyId", "language")
      order by "searchTexts"."id"`,
    ...triggersOn("keys", { keyId: "id", language: `''`, text: "name" }),
    ...triggersOn("translations", { keyId: "keyId", language: `new."language"`, text: "text" }),
  ];
  for (const statement of statements) await statement.execute(db);
}

interface Source {
  keyId: string;
  language: string;
  text: string;
}

function triggersOn(table: string, { keyId, language, text }: Source) {
  const row = (of: "new" | "old") =>
    `(select "id" from "searchTexts" where "keyId" = ${of}."${keyId}" and "language" = ${language.replace("new.", `${of}.`)})`;
  return [
    `create trigger "${table}SearchInsert" after insert on "${table}" begin
      insert or ignore into "searchProjects" ("projectId") values (new."projectId");
      insert into "searchTexts" ("id", "keyId", "language")
        select coalesce((select "id" from "searchTexts" where "id" > "number" * 4294967296
          and "id" < ("number" + 1) * 4294967296 order by "id" desc limit 1), "number" * 4294967296) + 1,
          new."${keyId}", ${language}
        from "searchProjects" where "projectId" = new."projectId";
      insert into "searchIndex" (rowid, "text") values (${row("new")}, new."${text}");
    end`,
    `create trigger "${table}SearchUpdate" after update of "${text}" on "${table}"
    when new."${text}" <> old."${text}" begin
      insert or replace into "searchIndex" (rowid, "text") values (${row("new")}, new."${text}");
    end`,
    `create trigger "${table}SearchDelete" after delete on "${table}" begin
      delete from "searchIndex" where rowid = ${row("old")};
      delete from "searchTexts" where "id" = ${row("old")};
    end`,
  ].map((statement) => sql.raw(statement));
}

/** Trigram indexes, where the extension may be created; without it, searches read a bounded part of a project. */
async function createTrigramIndexes(db: Kysely<Schema>): Promise<void> {
  const collation = sql.id(await foldingCollation(db));
  const statements = [
    // A small sigma is written otherwise at the end of a word, which a part of a word must not mind.
    sql`create function "foldCase"(text) returns text language sql immutable strict parallel safe
      as $$ select translate(lower($1 collate ${collation}), 'ς', 'σ') $$`,
    sql`create function "containsText"(text, text) returns boolean language sql immutable strict parallel safe
      as $$ select strpos("foldCase"($1), "foldCase"($2)) > 0 $$`,
    sql`create function "hasTag"(text, text) returns boolean language sql immutable strict parallel safe
      as $$ select $1::jsonb @> jsonb_build_array($2) $$`,
    // A block with an exception handler is a savepoint: without the right to it the migration goes on.
    sql`do $$ begin create extension if not exists pg_trgm; exception when others then null; end $$`,
  ];
  for (const statement of statements) await statement.execute(db);
  const { rows } = await sql`select 1 from pg_extension where extname = 'pg_trgm'`.execute(db);
  if (rows.length === 0) return;
  await sql`create index "keysByText" on "keys" using gin ("foldCase"("name") gin_trgm_ops)`.execute(db);
  await sql`create index "translationsByText" on "translations" using gin ("foldCase"("text") gin_trgm_ops)`.execute(
    db,
  );
}

/** One that knows the case of every script, whatever the locale of the database. */
async function foldingCollation(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ collname: string }>`
    select collname from pg_collation where collname in ('und-x-icu', 'pg_c_utf8')
    and collencoding in (-1, pg_char_to_encoding(getdatabaseencoding())) order by collname desc`.execute(db);
  return rows[0]?.collname ?? "default";
}
