import { type RawBuilder, sql } from "kysely";
import { send } from "./direct.ts";
import type { Reader } from "./open.ts";
import type { Schema } from "./schema.ts";

type ColumnType = "text" | "integer" | "bigint";
/** Every column of a table with its type, in any order. */
export type Columns<Table extends keyof Schema> = { readonly [Column in keyof Schema[Table]]-?: ColumnType };

const ROWS_PER_STATEMENT = 1000;
/** In UTF-16 code units: SQLite stands still with the only thread while it runs a statement. */
const TEXT_PER_STATEMENT = 500_000;

/**
 * Inserts thousands of rows. They are one JSON parameter, so that the statement always has the same text: quick to parse
 * and prepared once, whereas a list of values would be another statement for every number of rows.
 *
 * @param onConflict as SQL, from `on conflict`
 */
export async function insertRows<Table extends keyof Schema & string>(
  store: Reader,
  table: Table,
  columns: Columns<Table>,
  rows: readonly Schema[Table][],
  onConflict: RawBuilder<unknown> = sql``,
): Promise<void> {
  const names = Object.keys(columns) as (keyof Schema[Table] & string)[];
  const types = Object.values(columns) as ColumnType[];
  const picked = types.map((type, at) => sql`cast("value" ->> ${sql.lit(at)} as ${sql.raw(type)})`);
  for (const json of jsonOf(rows.map((row) => names.map((name) => row[name])))) {
    const insert = sql`
      insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
      select ${sql.join(picked)} from json_each(${json}) where true ${onConflict}`;
    await send(store, insert.compile(store));
  }
}

/**
 * Rows as JSON, as many together as one statement may take: objects by number and not lists, because both engines have
 * `json_each` for objects.
 */
function* jsonOf(rows: readonly unknown[][]): Generator<string> {
  let [fields, length]: [string[], number] = [[], 0];
  for (const row of rows) {
    const json = JSON.stringify(row);
    if (
      fields.length === ROWS_PER_STATEMENT ||
      (fields.length > 0 && length + json.length > TEXT_PER_STATEMENT)
    ) {
      yield `{${fields.join()}}`;
      [fields, length] = [[], 0];
    }
    length += json.length;
    fields.push(`"${fields.length}":${json}`);
  }
  if (fields.length > 0) yield `{${fields.join()}}`;
}
