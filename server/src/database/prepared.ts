import type { Compilable, CompiledQuery } from "kysely";
import type { Reader } from "./open.ts";
import { DirectAdapter } from "./sqlite.ts";

/** Stands in a query where a value will be. */
class Blank {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Has a `Blank` for every property. */
const BLANKS = new Proxy({}, { get: (_, name) => new Blank(String(name)) });

/**
 * A query that is built once per connection and then only filled in: building one costs many times what SQLite takes to
 * run it. `build` may pass its values on to the query and do nothing else with them. Every value is one parameter, so
 * lists do not fit.
 */
export function prepared<Values extends object, Row>(
  build: (store: Reader, values: Values) => Compilable<Row>,
): (store: Reader, values: Values) => Promise<Row[]> {
  const built = new WeakMap<object, CompiledQuery<Row>>();
  return async (store, values) => {
    const { adapter } = store.getExecutor();
    let query = built.get(adapter);
    if (!query) {
      query = build(store, BLANKS as Values).compile();
      built.set(adapter, query);
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Blank ? values[parameter.name as keyof Values] : parameter,
    );
    // SQLite answers at once; outside of a transaction, however, another caller may hold the writing connection.
    const direct = adapter instanceof DirectAdapter && (adapter.mode === "read" || store.isTransaction);
    const rows = direct ? adapter.run(query.sql, parameters) : undefined;
    return (rows as Row[] | undefined) ?? (await store.executeQuery<Row>({ ...query, parameters })).rows;
  };
}
