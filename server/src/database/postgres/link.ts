import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from "kysely";
import type { QueryResult as Answer, PoolClient } from "pg";
import type { BuiltQuery, Direct } from "../direct.ts";
import { runNamed } from "./run-named.ts";
import { sent } from "./sent.ts";

const IN_FAILED_TRANSACTION = "25P02";
const SENT_AT_ONCE = 32;

/**
 * One connection, whose statements travel without waiting for the answers to those before. So a transaction begins with its
 * first statement, and what nobody waits for goes out with its commit: a round trip costs more than a statement.
 */
export class Link implements DatabaseConnection, Direct {
  readonly isPipelined = true;
  readonly isShared = false;
  readonly #client: PoolClient;
  /** What was sent in this transaction and is not waited for, in its order. */
  #sent: Promise<unknown>[] = [];
  /** What failed first of that. */
  #failure: unknown;
  #isBroken = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await this.#awaited(this.#query(sql, [...parameters]));
    const isWrite = ["INSERT", "UPDATE", "DELETE"].includes(command);
    return { rows, ...(isWrite && { numAffectedRows: BigInt(rowCount ?? 0) }) };
  }

  // biome-ignore lint/correctness/useYield: nothing streams over a connection that others' statements share
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error("Read page by page.");
  }

  async rows(query: BuiltQuery, values: unknown[]): Promise<unknown[]> {
    return (await this.#awaited(runNamed(this.#client, query, values))).rows;
  }

  async send({ sql }: Pick<CompiledQuery, "sql">, values: unknown[], name?: string): Promise<void> {
    const answer =
      name === undefined ? this.#query(sql, values) : runNamed(this.#client, { name, sql }, values);
    this.#keep(answer);
    // Whoever sends thousands waits now and then, so that none of them is too old before its turn comes.
    if (this.#sent.length % SENT_AT_ONCE === 0) await this.#awaited(answer);
  }

  begin(statement: string): void {
    this.#sent = [];
    this.#failure = undefined;
    this.#keep(this.#query(statement));
  }

  /** Throws what the first statement that failed has thrown: after it Postgres takes none, and commits nothing. */
  async commit(): Promise<void> {
    const kept = this.#sent;
    const commit = this.#query("commit");
    const outcomes = await Promise.allSettled([...kept, commit]);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    if ((await commit).command === "ROLLBACK") throw new AbortedTransactionError();
  }

  async rollback(): Promise<void> {
    try {
      await this.#query("rollback");
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  release(): void {
    this.#client.release(this.#isBroken);
  }

  #query(...query: [statement: string, values?: unknown[]]): Promise<Answer> {
    return sent(this.#client, () => this.#client.query(...query));
  }

  #keep(answer: Promise<Answer>): void {
    this.#sent.push(answer);
    answer.catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Where the transaction has failed already, throws why, and not that it has. */
  async #awaited(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw (error as { code?: string }).code === IN_FAILED_TRANSACTION ? (this.#failure ?? error) : error;
    }
  }
}
