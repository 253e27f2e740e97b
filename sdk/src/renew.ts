import { UnreachableError } from "./errors.ts";
import { randomText } from "./random.ts";
import { sleep } from "./retry.ts";

/** Who renews is given so long; then it is taken for dead, and whoever waits does it. Nothing is lost when both do. */
const PATIENCE_MS = 5000;
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1000;
/** A store in which nobody ever wins is broken. */
const MOST_LOSSES = 50;

/** Something with tokens that several processes share. */
interface Leased {
  readonly lease: string | null;
  readonly version: string;
}

export interface Renewal<Row extends Leased, Value> {
  /** The row as it is now. Throws when there is nothing to renew any more. */
  read(): Promise<Row>;
  /** What the row is good for; undefined when it has to be renewed first. */
  fresh(row: Row): Value | undefined;
  /** The same for as long as somebody else renews it: good for some more seconds. */
  lasting(row: Row): Value | undefined;
  /** Writes only while the row has this version; answers whether it had. */
  replace(next: Row, version: string): Promise<boolean>;
  /** Asks the server. Answers the row to store, without which nobody uses it. */
  renew(row: Row): Promise<Row>;
}

/**
 * Renews a row that processes share, in one of them at a time and without trusting anybody's clock: a lease is taken in the
 * row itself, and is dead when whoever waits has seen the same one for five seconds. Who loses a race reads again and takes
 * what won.
 */
export class Renewals {
  readonly #patienceMs: number;
  /** Leases of others, by when they were first seen here. */
  readonly #seen = new Map<string, number>();

  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  async run<Row extends Leased, Value>(renewal: Renewal<Row, Value>): Promise<Value> {
    let lookMs = FIRST_LOOK_MS;
    for (let losses = 0; losses < MOST_LOSSES; ) {
      const row = await renewal.read();
      const fresh = renewal.fresh(row);
      if (fresh !== undefined) return fresh;
      if (row.lease !== null && !this.#isDead(row.lease)) {
        const lasting = renewal.lasting(row);
        if (lasting !== undefined) return lasting;
        await sleep(lookMs);
        lookMs = Math.min(lookMs * 1.5, LONGEST_LOOK_MS);
        continue;
      }
      const mine = { ...row, lease: randomText(), version: randomText() };
      const won = (await renewal.replace(mine, row.version))
        ? await this.#renewMine(renewal, mine)
        : undefined;
      // Whatever its life: a server may be set to lives of seconds, and asking again would not make them longer.
      const value = won && (renewal.fresh(won) ?? renewal.lasting(won));
      if (value !== undefined) return value;
      losses++;
    }
    throw new UnreachableError("The store of connections takes no write: every one was lost to another.");
  }

  /** Answers what came once it is stored; undefined when the row was written by somebody else meanwhile. */
  async #renewMine<Row extends Leased, Value>(renewal: Renewal<Row, Value>, mine: Row) {
    const free = { lease: null, version: randomText() };
    let next: Row;
    try {
      next = await renewal.renew(mine);
    } catch (error) {
      const freed = { ...mine, ...free };
      // Others need not wait for us. A store that fails as well is found out by their patience.
      await renewal.replace(freed, mine.version).catch(() => false);
      if (renewal.lasting(mine) === undefined) throw error;
      return freed;
    }
    const stored = { ...next, ...free };
    for (let { version } = mine; ; ) {
      if (await renewal.replace(stored, version)) return stored;
      const row = await renewal.read();
      if (!isSame(row, mine)) return undefined;
      // Somebody lost their patience with us and asks as well: what we have is good, and the first to have it stores it.
      version = row.version;
    }
  }

  #isDead(lease: string): boolean {
    const now = performance.now();
    for (const [seen, at] of this.#seen) if (now - at > 10 * this.#patienceMs) this.#seen.delete(seen);
    const since = this.#seen.get(lease);
    if (since === undefined) this.#seen.set(lease, now);
    return since !== undefined && now - since >= this.#patienceMs;
  }
}

/** The same but for who renews it. */
function isSame(one: Leased, other: Leased): boolean {
  const text = (row: Leased) => JSON.stringify(Object.entries({ ...row, lease: null, version: null }).sort());
  return text(one) === text(other);
}

/** Whoever comes while the same work is under way shares its result. */
export async function single<Value>(
  flights: Map<string, Promise<Value>>,
  key: string,
  start: () => Promise<Value>,
): Promise<Value> {
  const flight = flights.get(key) ?? start().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}

/** Waits for work that others share, no longer than this caller wants. */
export async function until<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work;
  const { promise, reject } = deferred();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([promise, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function deferred(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
