import { setTimeout as sleep } from "node:timers/promises";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from "kysely";
import { pacer } from "../../platform/pacer.ts";
import type { SqliteFile } from "./file.ts";

/** How long a statement waits for another process that writes, and how often it looks. */
const PATIENCE_MS = 9_000;
const LOOK_EVERY_MS = 50;

/** Kysely on a file. Writers begin with the write lock, so two processes wait for each other instead of failing. */
export function sqliteDialect(file: SqliteFile, mode: "read" | "write"): Dialect {
  const database = async () => file;
  return new (class extends SqliteDialect {
    override createAdapter() {
      return new TransactionalAdapter();
    }
    override createDriver() {
      return mode === "write" ? new ImmediateDriver(file) : new SqliteDriver({ database });
    }
  })({ database });
}

/**
 * SQLite rolls back DDL, which Kysely does not use. All migrations are one transaction here: a process killed on the way
 * leaves nothing half made, and two that start at once wait for each other, because it begins with the write lock.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #file: SqliteFile;
  readonly #pace = pacer();

  constructor(file: SqliteFile) {
    super({ database: async () => file });
    this.#file = file;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new ConsiderateConnection(await super.acquireConnection(), this.#file, this.#pace);
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

/**
 * Lets others in: SQLite answers at once, so readers would not get a turn while a long transaction writes, and it would stand
 * still with this thread while another process writes.
 */
class ConsiderateConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #file: SqliteFile;
  readonly #pace: () => Promise<void>;

  constructor(connection: DatabaseConnection, file: SqliteFile, pace: () => Promise<void>) {
    this.#connection = connection;
    this.#file = file;
    this.#pace = pace;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#pace();
    for (const begun = performance.now(); ; ) {
      try {
        return await this.#connection.executeQuery(query);
      } catch (error) {
        const isOver = performance.now() - begun > PATIENCE_MS;
        if (!isBusy(error) || this.#file.isInTransaction || isOver) throw error;
        await sleep(LOOK_EVERY_MS);
      }
    }
  }

  // biome-ignore lint/correctness/useYield: an open reading would hide from this connection what others commit
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error("Read page by page.");
  }
}

const SQLITE_BUSY = 5;

/** Whether another process holds the lock (in the low byte of SQLite's result codes). */
export function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;
}
