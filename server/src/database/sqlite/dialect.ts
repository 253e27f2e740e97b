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

/** How long anybody waits for another process that writes, behind others who wait for it included; and how often they look. */
const PATIENCE_MS = 9_000;
const LOOK_EVERY_MS = 50;

/** Kysely on a file. Writers begin with the write lock, so two processes wait for each other instead of failing. */
export function sqliteDialect(file: SqliteFile, mode: "read" | "write"): Dialect {
  const database = async () => file;
  return new (class extends SqliteDialect {
    override createAdapter() {
      return mode === "write" ? new WritingAdapter() : new SqliteAdapter();
    }
    override createDriver() {
      return mode === "write" ? new ImmediateDriver(file) : new SqliteDriver({ database });
    }
  })({ database });
}

class WritingAdapter extends SqliteAdapter {
  /** Its driver hands out the one connection by itself, so that to wait for it counts as waiting. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /**
   * SQLite rolls back DDL, which Kysely does not use. All migrations are one transaction here: a process killed on the way
   * leaves nothing half made, and two that start at once wait for each other, because it begins with the write lock.
   */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #file: SqliteFile;
  readonly #pace = pacer();
  /** Resolves when those who have asked for the connection so far are through with it. */
  #isFree = Promise.resolve();
  /** To be called by whoever has it. */
  #release = () => {};

  constructor(file: SqliteFile) {
    super({ database: async () => file });
    this.#file = file;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const askedAt = performance.now();
    const isMine = this.#isFree;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isFree = promise;
    await isMine;
    this.#release = resolve;
    return new ConsiderateConnection(await super.acquireConnection(), this.#file, this.#pace, askedAt);
  }

  override async releaseConnection(): Promise<void> {
    this.#release();
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
  /** When its first statement began to wait; undefined after it. */
  #askedAt: number | undefined;

  constructor(connection: DatabaseConnection, file: SqliteFile, pace: () => Promise<void>, askedAt: number) {
    this.#connection = connection;
    this.#file = file;
    this.#pace = pace;
    this.#askedAt = askedAt;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#pace();
    const begun = this.#askedAt ?? performance.now();
    this.#askedAt = undefined;
    for (;;) {
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
