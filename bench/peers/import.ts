import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { LANGUAGES, nameOf, textOf } from "../support/import-file.ts";

/**
 * The bare SQL of an import: the same rows in keys, translations, changes and changesets, search index included, with
 * prepared statements and nothing looked at. It is told which database and answers how long it took.
 */
interface Work {
  url: string;
  projectId: string;
  keys: number;
}

const KEYS_PER_TRANSACTION = 1000;
const CHANGESET = "cs_bare";

const TABLES = {
  keys: {
    ...{ id: "text", projectId: "text", namespace: "text", name: "text", format: "text", tags: "text" },
    ...{ revision: "int", createdAt: "bigint", updatedAt: "bigint" },
  },
  translations: {
    ...{ keyId: "text", language: "text", projectId: "text", text: "text", status: "text" },
    ...{ revision: "int", changesetId: "text", updatedAt: "bigint" },
  },
  changes: {
    ...{ changesetId: "text", keyId: "text", language: "text", kind: "text", after: "text" },
    ...{ statusAfter: "text", revision: "int" },
  },
} as const;
type Table = keyof typeof TABLES;
type Rows = Record<Table, (string | number | null)[][]>;

process.once("message", async (work: Work) => {
  const begun = performance.now();
  await (work.url.startsWith("file:") ? intoSqlite(work) : intoPostgres(work));
  process.send?.(performance.now() - begun);
});

async function intoSqlite(work: Work): Promise<void> {
  const database = new DatabaseSync(work.url.slice("file:".length));
  database.exec("pragma synchronous = full; pragma foreign_keys = on");
  database.exec("pragma cache_size = -65536; pragma temp_store = memory");
  const prepared = (table: Table) => {
    const columns = columnsOf(table);
    return database.prepare(
      `insert into "${table}" (${columns}) values (${columns.replaceAll(/"\w+"/g, "?")})`,
    );
  };
  const insert = {
    keys: prepared("keys"),
    translations: prepared("translations"),
    changes: prepared("changes"),
  };
  database.prepare(changesetSql(["?", "?", "?", "?"])).run(...changesetOf(work));
  for (let from = 0; from < work.keys; from += KEYS_PER_TRANSACTION) {
    database.exec("begin immediate");
    const rows = rowsOf(work, from);
    for (const table of Object.keys(TABLES) as Table[]) {
      for (const row of rows[table]) insert[table].run(...row);
    }
    database.exec("commit");
  }
  database.close();
}

async function intoPostgres(work: Work): Promise<void> {
  const client = new pg.Client({ connectionString: work.url });
  await client.connect();
  await client.query(changesetSql(["$1", "$2", "$3", "$4"]), changesetOf(work));
  for (let from = 0; from < work.keys; from += KEYS_PER_TRANSACTION) {
    await client.query("begin");
    const rows = rowsOf(work, from);
    for (const table of Object.keys(TABLES) as Table[]) {
      const types = Object.values(TABLES[table]).map((type, index) => `$${index + 1}::${type}[]`);
      const columns = types.map((_, index) => rows[table].map((row) => row[index]));
      const sql = `insert into "${table}" (${columnsOf(table)}) select * from unnest(${types.join(", ")})`;
      await client.query({ name: table, text: sql, values: columns });
    }
    await client.query("commit");
  }
  await client.end();
}

function columnsOf(table: Table): string {
  return Object.keys(TABLES[table])
    .map((column) => `"${column}"`)
    .join(", ");
}

function changesetSql(places: readonly string[]): string {
  return `insert into "changesets" ("id", "projectId", "actorType", "via", "createdAt", "keyCount", "valueCount")
    values ('${CHANGESET}', ${places[0]}, 'user', 'import', ${places[1]}, ${places[2]}, ${places[3]})`;
}

function changesetOf({ projectId, keys }: Work): [string, number, number, number] {
  return [projectId, Date.now(), keys, keys * LANGUAGES.length];
}

function rowsOf({ projectId, keys }: Work, from: number): Rows {
  const rows: Rows = { keys: [], translations: [], changes: [] };
  const now = Date.now();
  for (let index = from; index < Math.min(keys, from + KEYS_PER_TRANSACTION); index++) {
    const [id, name] = [randomUUID(), nameOf(index)];
    const created = JSON.stringify({ namespace: "default", name });
    rows.keys.push([id, projectId, "default", name, "icu", "[]", 1, now, now]);
    rows.changes.push([CHANGESET, id, "", "created", created, null, 1]);
    for (const language of LANGUAGES) {
      const text = textOf(index, language);
      rows.translations.push([id, language, projectId, text, "approved", 1, CHANGESET, now]);
      rows.changes.push([CHANGESET, id, language, "created", text, "approved", 1]);
    }
  }
  return rows;
}
