import { type RawBuilder, sql } from "kysely";
import { send } from "./direct.ts";
import type { Reader } from "./open.ts";
import type { Schema } from "./schema.ts";

type ColumnType = "text" | "integer" | "bigint";
/** Every column of a table with its type, in any order. */
export type Columns<Table extends keyof Schema> = { readonly [Column in keyof Schema[Table]]-?: ColumnType };

const ROWS_PER_STATEMENT = 1000;

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
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const part = rows.slice(start, start + ROWS_PER_STATEMENT);
    // An object and not a list, because both engines have `json_each` for objects.
    const json = JSON.stringify({ ...part.map((row) => names.map((name) => row[name])) });
    const insert = sql`
      insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
      select ${sql.join(picked)} from json_each(${json}) where true ${onConflict}`;
    await send(store, insert.compile(store));
  }
}
