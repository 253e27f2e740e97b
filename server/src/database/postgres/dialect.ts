import { type Dialect, type Driver, PostgresDialect, type TransactionSettings } from "kysely";
import type pg from "pg";
import { takeConnection } from "./connect.ts";
import { Link } from "./link.ts";

/** Kysely on the connections of a pool, as `Link` makes use of them. */
export function linkDialect(pool: pg.Pool): Dialect {
  return new (class extends PostgresDialect {
    override createDriver(): Driver {
      return new LinkDriver(pool);
    }
  })({ pool });
}

class LinkDriver implements Driver {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Link> {
    return new Link(await takeConnection(this.#pool));
  }

  async beginTransaction(link: Link, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const isolation = isolationLevel ? ` isolation level ${isolationLevel}` : "";
    link.begin(`start transaction${isolation}${accessMode ? ` ${accessMode}` : ""}`);
  }

  commitTransaction(link: Link): Promise<void> {
    return link.commit();
  }

  rollbackTransaction(link: Link): Promise<void> {
    return link.rollback();
  }

  async releaseConnection(link: Link): Promise<void> {
    link.release();
  }

  destroy(): Promise<void> {
    return this.#pool.end();
  }
}
