import pg from "pg";
import type { BuiltQuery, Direct } from "../direct.ts";
import { ANSWER_MS, connectionSettings } from "./connect.ts";
import { noteOutdated } from "./outdated.ts";
import { runNamed } from "./run-named.ts";

/**
 * What is sent on a connection that breaks is sent again on another one, unless its caller has waited for so long already. It may
 * then run twice: of reads that does not matter, and a lease of the rate limit that is taken twice only refuses too early.
 */
const TRY_AGAIN_WITHIN_MS = 1_000;

/**
 * A few connections that all short reads share: each sends its statement at once, behind those that are under way, and holds
 * no connection meanwhile.
 */
export class Lanes implements Direct {
  readonly isPipelined = true;
  readonly isShared = true;
  readonly #url: string;
  readonly #lanes: (Promise<pg.Client> | undefined)[];
  #turn = 0;

  constructor(url: string, count: number) {
    this.#url = url;
    this.#lanes = Array(count).fill(undefined);
  }

  async rows(query: BuiltQuery, values: unknown[]): Promise<unknown[]> {
    const begun = performance.now();
    try {
      return await this.#read(query, values);
    } catch (error) {
      const isRefused = error instanceof pg.DatabaseError && !isGoingAway(error) && !noteOutdated(error);
      if (isRefused || performance.now() - begun > TRY_AGAIN_WITHIN_MS) throw error;
      return this.#read(query, values);
    }
  }

  send(): never {
    throw new Error("A write belongs into a transaction.");
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#lanes.filter((lane) => lane !== undefined));
    await Promise.all(open.map((lane) => lane.status === "fulfilled" && lane.value.end()));
  }

  async #read(query: BuiltQuery, values: unknown[]): Promise<unknown[]> {
    const client = await this.#lane(this.#turn++ % this.#lanes.length);
    return (await runNamed(client, query, values)).rows;
  }

  #lane(at: number): Promise<pg.Client> {
    const known = this.#lanes[at];
    if (known) return known;
    // Who has sent something on a connection that breaks hears of it there; who comes next takes a new one.
    const lane: Promise<pg.Client> = connect(this.#url, () => {
      if (this.#lanes[at] === lane) this.#lanes[at] = undefined;
    });
    this.#lanes[at] = lane;
    return lane;
  }
}

async function connect(url: string, leave: () => void): Promise<pg.Client> {
  // Each waits behind statements of others, and not for all of them.
  const client = new pg.Client({ ...connectionSettings(url), query_timeout: ANSWER_MS });
  client.on("error", leave).on("end", leave);
  try {
    await client.connect();
  } catch (error) {
    leave();
    throw error;
  }
  return client;
}

/** Shutting down, crashed, or not to be connected to yet (class 57P). */
function isGoingAway({ code = "" }: pg.DatabaseError): boolean {
  return code.startsWith("57P");
}
