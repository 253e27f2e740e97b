import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/**
 * On SQLite, to index a text costs more than the rest of its write, and its length counts: whoever wrote many or long ones
 * held the only writer meanwhile. Now a write only notes which texts are not indexed yet, by their ids, and the index
 * follows in short transactions (`database/sqlite/index-texts.ts`, decision 20).
 */
export const indexTextsLater: MigrationStep = async (db, engine) => {
  if (engine !== "sqlite") return;
  await sql`create table "searchPending" ("id" integer primary key)`.execute(db);
  const sources = [
    { table: "keys", keyId: "id", language: () => `''`, text: "name" },
    { table: "translations", keyId: "keyId", language: (of: Row) => `${of}."language"`, text: "text" },
  ];
  for (const source of sources) for (const statement of triggersOn(source)) await statement.execute(db);
};

type Row = "new" | "old";

interface Source {
  table: string;
  keyId: string;
  language: (of: Row) => string;
  text: string;
}

/** A text that goes leaves its id, which the next one may get: the index drops or replaces what it holds under it. */
function triggersOn({ table, keyId, language, text }: Source) {
  const idOf = (of: Row) =>
    `select "id" from "searchTexts" where "keyId" = ${of}."${keyId}" and "language" = ${language(of)}`;
  // Not "or ignore", of which the statement that fired the trigger makes an error when it is an upsert.
  const note = (of: Row) => `insert into "searchPending" ("id") ${idOf(of)} on conflict do nothing`;
  return [
    ...["Insert", "Update", "Delete"].map((event) => `drop trigger "${table}Search${event}"`),
    `create trigger "${table}SearchInsert" after insert on "${table}" begin
      insert or ignore into "searchProjects" ("projectId") values (new."projectId");
      insert into "searchTexts" ("id", "keyId", "language")
        select coalesce((select "id" from "searchTexts" where "id" > "number" * 4294967296
          and "id" < ("number" + 1) * 4294967296 order by "id" desc limit 1), "number" * 4294967296) + 1,
          new."${keyId}", ${language("new")}
        from "searchProjects" where "projectId" = new."projectId";
      ${note("new")};
    end`,
    `create trigger "${table}SearchUpdate" after update of "${text}" on "${table}"
    when new."${text}" <> old."${text}" begin
      ${note("new")};
    end`,
    `create trigger "${table}SearchDelete" after delete on "${table}" begin
      ${note("old")};
      delete from "searchTexts" where "keyId" = old."${keyId}" and "language" = ${language("old")};
    end`,
  ].map((statement) => sql.raw(statement));
}
