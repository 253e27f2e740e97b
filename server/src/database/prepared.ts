import type { Compilable } from "kysely";
import { type BuiltQuery, directOf } from "./direct.ts";
import type { Reader, Transaction } from "./open.ts";

/** Stands in a query where a value will be. */
class Blank {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Has a `Blank` for every property. */
const BLANKS = new Proxy({}, { get: (_, name) => new Blank(String(name)) });

type Build<Values, Row> = (store: Reader, values: Values) => Compilable<Row>;

/**
 * A query that is built once per engine and then only filled in: building one costs many times what SQLite takes to run it,
 * and on Postgres it has a name, so that it is planned once per connection. `build` may pass its values on to the query and
 * do nothing else with them. Every value is one parameter; a list is one as JSON (`in-list.ts`).
 *
 * @param isLong whether its answer may be long: it then stands in nobody's way
 * @param cached whether rows may come from a cache that is proven to be what the tables hold; they are frozen then
 */
export function prepared<Values extends object, Row>(
  build: Build<Values, Row>,
  { cached = false, isLong = false } = {},
): (store: Reader, values: Values) => Promise<Row[]> {
  const builtFor = builder(build, cached);
  return async (store, values) => {
    const query = builtFor(store);
    const parameters = filledIn(query, values);
    const direct = directOf(store);
    const isDirect = direct && !(isLong && direct.isShared);
    const rows = isDirect ? direct.rows(query, parameters) : executed(store, query, parameters);
    return (await rows) as Row[];
  };
}

/** A write whose answer nobody needs. On Postgres it is not waited for: when it fails, the transaction cannot commit. */
export function preparedWrite<Values extends object>(
  build: Build<Values, unknown>,
): (tx: Transaction, values: Values) => Promise<void> {
  const builtFor = builder(build, false);
  return async (tx, values) => {
    const query = builtFor(tx);
    const parameters = filledIn(query, values);
    const direct = directOf(tx);
    if (direct) await direct.send(query, parameters, query.name);
    else await executed(tx, query, parameters);
  };
}

let count = 0;

function builder<Values, Row>(build: Build<Values, Row>, cached: boolean): (store: Reader) => BuiltQuery {
  const built = new WeakMap<object, BuiltQuery>();
  return (store) => {
    const { adapter } = store.getExecutor();
    const known = built.get(adapter);
    if (known) return known;
    const query = { ...build(store, BLANKS as Values).compile(), name: `q${++count}`, cached };
    built.set(adapter, query);
    return query;
  };
}

function filledIn(query: BuiltQuery, values: object): unknown[] {
  return query.parameters.map((parameter) =>
    parameter instanceof Blank ? values[parameter.name as keyof typeof values] : parameter,
  );
}

async function executed(store: Reader, query: BuiltQuery, parameters: unknown[]): Promise<unknown[]> {
  return (await store.executeQuery({ ...query, parameters })).rows;
}
