import { constants, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteDatabase } from "kysely";
import { Lru } from "../../platform/lru.ts";
import { SQLITE_FUNCTIONS } from "../text-search.ts";
import type { Touches } from "./table-versions.ts";

const CACHED_STATEMENTS = 500;

/** A compiled statement, in the shape that Kysely expects. */
export interface Statement extends Touches {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): Record<string, unknown>[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<Record<string, unknown>>;
}

/** One connection to a file, with the statements that it has compiled. */
export interface SqliteFile extends SqliteDatabase {
  prepare(sql: string): Statement;
  readonly isInTransaction: boolean;
  /** Another number after each commit of another connection, in whatever process. */
  foreignVersion(): number;
  /** From now on this thread stands still so long at most when another process is writing. */
  waitAtMost(milliseconds: number): void;
}

/** Until somebody says otherwise, as `waitAtMost` does. */
const BUSY_MS = 10_000;

interface Opening {
  mode: "read" | "write";
  /** Called whenever a statement has run. */
  ran?: (statement: Touches, isInTransaction: boolean) => void;
}

export function openFile(path: string, { mode, ran }: Opening): SqliteFile {
  const database = new DatabaseSync(path, { readOnly: mode === "read", timeout: BUSY_MS });
  if (mode === "write")
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  database.exec("pragma cache_size = -65536; pragma temp_store = memory");
  for (const [name, work] of Object.entries(SQLITE_FUNCTIONS)) {
    database.function(name, { deterministic: true }, work);
  }
  const compile = compilerOf(database);
  const statements = new Lru<Statement>(CACHED_STATEMENTS);
  const noted = (statement: Statement): Statement => {
    if (!ran) return statement;
    const note = <Result>(result: Result): Result => {
      ran(statement, database.isTransaction);
      return result;
    };
    return {
      ...statement,
      all: (parameters) => note(statement.all(parameters)),
      run: (parameters) => note(statement.run(parameters)),
      *iterate(parameters) {
        yield* statement.iterate(parameters);
        note(undefined);
      },
    };
  };
  const dataVersion = database.prepare("pragma data_version");
  dataVersion.setReturnArrays(true);
  return {
    close: () => database.isOpen && database.close(),
    foreignVersion: () => (dataVersion.get() as unknown as [number])[0],
    waitAtMost: (milliseconds) => database.exec(`pragma busy_timeout = ${milliseconds}`),
    get isInTransaction() {
      return database.isTransaction;
    },
    prepare(sql) {
      let statement = statements.get(sql);
      if (statement) return statement;
      statement = noted(compile(sql));
      statements.set(sql, statement);
      return statement;
    },
  };
}

/** Compiles statements and hears from SQLite what each of them touches. */
function compilerOf(database: DatabaseSync): (sql: string) => Statement {
  let touches = { reads: new Set<string>(), writes: new Set<string>() };
  const { SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_OK } = constants;
  database.setAuthorizer((action, table, column) => {
    if (action === SQLITE_READ) touches.reads.add(String(table)).add(`${table}.${column}`);
    else if (action === SQLITE_UPDATE) touches.writes.add(`${table}.${column}`);
    else if (action === SQLITE_INSERT || action === SQLITE_DELETE) touches.writes.add(String(table));
    return SQLITE_OK;
  });
  return (sql) => {
    touches = { reads: new Set(), writes: new Set() };
    const statement = database.prepare(sql);
    return withObjects(statement, touches);
  };
}

/** Rows come as arrays: of the objects that node:sqlite would make, each has its own table of names, slow to fill and read. */
function withObjects(statement: StatementSync, touches: Touches): Statement {
  const readNames = () => statement.columns().map(({ name }) => name);
  let names = readNames();
  statement.setReturnArrays(true);
  const toObject = (row: unknown) => {
    const values = row as unknown[];
    // Another process has added a column, and this is `select *`.
    if (values.length !== names.length) names = readNames();
    const object: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at++) object[names[at] as string] = values[at];
    return object;
  };
  return {
    ...touches,
    reader: names.length > 0,
    all: (parameters) => statement.all(...parameters.map(bind)).map(toObject),
    run: (parameters) => statement.run(...parameters.map(bind)),
    *iterate(parameters) {
      for (const row of statement.iterate(...parameters.map(bind))) yield toObject(row);
    },
  };
}

function bind(value: unknown): SQLInputValue {
  if (value === undefined) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value as SQLInputValue;
}
