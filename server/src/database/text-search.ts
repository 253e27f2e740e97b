import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Engine } from "./migrate.ts";
import type { Schema } from "./schema.ts";

/** The index holds groups of three characters, so shorter texts cannot be looked up in it. */
const INDEXED_CHARACTERS = 3;

/** Whether a text contains a part of it, in whatever case. Both engines have this function. */
export function containsText(column: string, part: string): RawBuilder<boolean> {
  return sql<boolean>`"containsText"(${sql.ref(column)}, ${part})`;
}

/** Whether a JSON list of texts holds this one. */
export function hasTag(column: string, tag: string): RawBuilder<boolean> {
  return sql<boolean>`"hasTag"(${sql.ref(column)}, ${tag})`;
}

export interface TextSearch {
  /**
   * Ids of keys of a project, found without reading the others: all whose name or texts contain the part, and on SQLite
   * those that were written a moment ago, which its index does not hold yet. Undefined when there is no index for the part,
   * or more than `most` names and texts would have to be named. Deleted keys may be among them.
   */
  keysWith(store: Kysely<Schema>, query: Query): Promise<string[] | undefined>;
}

interface Query {
  projectId: string;
  part: string;
  most: number;
  /** Texts may be left out; SQLite has names and texts in one index, and counts both. */
  onlyNames?: boolean;
}

export async function openTextSearch(db: Kysely<Schema>, engine: Engine): Promise<TextSearch> {
  const find = engine === "sqlite" ? findInSqlite : await findInPostgres(db);
  return {
    async keysWith(store, query) {
      if (!find || [...query.part].length < INDEXED_CHARACTERS) return undefined;
      const { rows } = await find(store, query);
      return rows.length > query.most ? undefined : [...new Set(rows.map((row) => row.keyId))];
    },
  };
}

/** The functions used above that SQLite does not have. */
export const SQLITE_FUNCTIONS = {
  containsText: (text: unknown, part: unknown) =>
    Number(foldCase(String(text)).includes(foldCase(String(part)))),
  hasTag: (tags: unknown, tag: unknown) => Number(JSON.parse(String(tags)).includes(tag)),
};

/** Folds case; a small sigma differs at the end of a word, which must not matter to a part of a word. */
function foldCase(text: string): string {
  return text.toLowerCase().replaceAll("ς", "σ");
}

type Find = (store: Kysely<Schema>, query: Query) => Promise<{ rows: { keyId: string }[] }>;

const findInSqlite: Find = (store, { projectId, part, most }) => {
  const textsOf = (table: "searchIndex" | "searchPending", condition: RawBuilder<unknown>) => {
    const id = sql`${sql.id(table)}.${sql.id(table === "searchIndex" ? "rowid" : "id")}`;
    return sql`select "searchTexts"."keyId" from "searchProjects"
      cross join ${sql.id(table)} cross join "searchTexts"
      where "searchProjects"."projectId" = ${projectId} and ${condition}
        and ${id} > "searchProjects"."number" * 4294967296
        and ${id} < ("searchProjects"."number" + 1) * 4294967296
        and "searchTexts"."id" = ${id}`;
  };
  const indexed = textsOf("searchIndex", sql`"searchIndex" match ${`"${part.replaceAll('"', '""')}"`}`);
  const waiting = textsOf("searchPending", sql`true`);
  return sql<{ keyId: string }>`${indexed} union all ${waiting} limit ${most + 1}`.execute(store);
};

async function findInPostgres(db: Kysely<Schema>): Promise<Find | undefined> {
  const { rows } = await sql<{ found: string | null }>`
    select to_regclass('"translationsByText"')::text as "found"`.execute(db);
  if (!rows[0]?.found) return undefined;
  return (store, { projectId, part, most, onlyNames }) => {
    const pattern = `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const names = sql`(select "id" as "keyId" from "keys"
        where "projectId" = ${projectId} and "foldCase"("name") like "foldCase"(${pattern}) limit ${most + 1})`;
    if (onlyNames) return sql<{ keyId: string }>`${names}`.execute(store);
    // Each side apart, so that each is answered from its own index.
    return sql<{ keyId: string }>`${names}
      union all
      (select "keyId" from "translations"
        where "projectId" = ${projectId} and "foldCase"("text") like "foldCase"(${pattern}) limit ${most + 1})`.execute(
      store,
    );
  };
}
