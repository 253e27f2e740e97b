import { type RawBuilder, SqliteAdapter, sql } from "kysely";
import type { Reader } from "./open.ts";

/**
 * Whether a column holds one of a list, which is one parameter, so that a query which is built once (`prepared.ts`) takes
 * lists of any length.
 *
 * @param list JSON text of an array of texts
 */
export function isListed(store: Reader, column: string, list: string): RawBuilder<boolean> {
  const { adapter } = store.getExecutor();
  return adapter instanceof SqliteAdapter
    ? sql<boolean>`${sql.ref(column)} in (select "value" from json_each(${list}))`
    : // An array and no join: the index of the column is used however many rows the planner expects.
      sql<boolean>`${sql.ref(column)} = any(array(select json_array_elements_text(cast(${list} as json))))`;
}
