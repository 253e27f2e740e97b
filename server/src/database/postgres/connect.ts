import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/**
 * How long a call waits: behind others that write to the same project, for a connection, and for a connection to answer
 * (`sent.ts`), which is given up then. Together less than ten seconds (spec/quality, "Reliability").
 */
export const TURN_MS = 2_000;
const CONNECT_MS = 2_000;
export const ANSWER_MS = 5_000;
/** Postgres itself rolls back what a node that is gone has left open, so that its locks are free again. */
const IDLE_IN_TRANSACTION_MS = 8_000;

/**
 * Connections that send statements without waiting for the answers to those before (`pipeline`). Postgres begins to count
 * the time of a statement when it has answered those before.
 */
export function connectionSettings(url: string): pg.PoolConfig & pg.ClientConfig {
  return {
    connectionString: url,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    // A little less, so that Postgres says so itself where it still answers, and the connection stays.
    statement_timeout: ANSWER_MS - 500,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    types: {
      // int8 holds epoch milliseconds and counts, all below 2^53.
      getTypeParser: ((oid: number, format?: "text") =>
        oid === pg.types.builtins.INT8
          ? Number
          : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  } as pg.PoolConfig & pg.ClientConfig;
}

const LOOK_EVERY_MS = 50;
/** Class 53: Postgres lets nobody else in for now. */
const INSUFFICIENT_RESOURCES = /^53/;

/** A connection of the pool. Where Postgres takes no more than there are, waits for one of those as long as for any. */
export async function takeConnection(pool: pg.Pool): Promise<pg.PoolClient> {
  for (const begun = performance.now(); ; ) {
    try {
      return await pool.connect();
    } catch (error) {
      const { code = "" } = error as pg.DatabaseError;
      const isOver = performance.now() - begun > CONNECT_MS;
      if (isOver || pool.totalCount === 0 || !INSUFFICIENT_RESOURCES.test(code)) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** A pool of at most `most` connections. */
export function openPool(url: string, most: number): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(url), max: most });
  // Without listeners a connection that breaks would end the process: an idle one emits the error on the pool, one in use on itself.
  // Whoever uses it hears of it from the query.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
