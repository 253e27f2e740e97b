import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from "kysely";
import { Lru } from "../platform/lru.ts";
import { pacer } from "../platform/pacer.ts";
import { SQLITE_FUNCTIONS } from "./text-search.ts";

const CACHED_STATEMENTS = 500;

/** Kysely on node:sqlite. Writers begin with the write lock, so two processes wait for each other instead of failing. */
export function sqliteDialect(path: string, mode: "read" | "write"): Dialect {
  const adapter = new DirectAdapter(mode);
  const database = async () => {
    adapter.database = open(path, mode);
    return adapter.database;
  };
  return new (class extends SqliteDialect {
    override createAdapter() {
      return adapter;
    }
    override createDriver() {
      return mode === "write" ? new ImmediateDriver({ database }) : new SqliteDriver({ database });
    }
  })({ database });
}

/**
 * SQLite rolls back DDL, which Kysely does not use. All migrations are one transaction here: a process killed on the way
 * leaves nothing half made, and two that start at once wait for each other, because it begins with the write lock.
 */
export class DirectAdapter extends SqliteAdapter {
  readonly mode: "read" | "write";
  database: SqliteDatabase | undefined;

  constructor(mode: "read" | "write") {
    super();
    this.mode = mode;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Runs a statement without Kysely between; undefined before Kysely has opened the connection, which is to be the caller's. */
  run(sql: string, parameters: readonly unknown[]): unknown[] | undefined {
    if (!this.database) return undefined;
    const statement = this.database.prepare(sql);
    if (statement.reader) return statement.all(parameters);
    statement.run(parameters);
    return [];
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #pace = pacer();

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new ConsiderateConnection(await super.acquireConnection(), this.#pace);
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  /** Where the disk is full SQLite has rolled back by itself, and what is to be told is what went wrong before. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: Error) => {
      if (!error.message.includes("no transaction is active")) throw error;
    });
  }
}

/** Lets readers in while a long transaction writes: SQLite answers at once, so they would not get a turn otherwise. */
class ConsiderateConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #pace: () => Promise<void>;

  constructor(connection: DatabaseConnection, pace: () => Promise<void>) {
    this.#connection = connection;
    this.#pace = pace;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#pace();
    return this.#connection.executeQuery(query);
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery(query, chunkSize);
  }
}

function open(path: string, mode: "read" | "write"): SqliteDatabase {
  const database = new DatabaseSync(path, { readOnly: mode === "read", timeout: 10_000 });
  if (mode === "write")
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  database.exec("pragma cache_size = -65536; pragma temp_store = memory");
  for (const [name, work] of Object.entries(SQLITE_FUNCTIONS)) {
    database.function(name, { deterministic: true }, work);
  }
  const statements = new Lru<ReturnType<typeof prepare>>(CACHED_STATEMENTS);
  return {
    close: () => database.close(),
    prepare(sql) {
      let statement = statements.get(sql);
      if (statement) return statement;
      statement = prepare(database.prepare(sql));
      statements.set(sql, statement);
      return statement;
    },
  };
}

/** Rows come as arrays: of the objects that node:sqlite would make, each has its own table of names, slow to fill and read. */
function prepare(statement: StatementSync) {
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
    reader: names.length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...parameters.map(bind)).map(toObject),
    run: (parameters: readonly unknown[]) => statement.run(...parameters.map(bind)),
    *iterate(parameters: readonly unknown[]) {
      for (const row of statement.iterate(...parameters.map(bind))) yield toObject(row);
    },
  };
}

function bind(value: unknown): SQLInputValue {
  if (value === undefined) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value as SQLInputValue;
}
