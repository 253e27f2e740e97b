import { type Connection, type ConnectionStore, PENDING_MS, type PendingAuthorization } from "../store.ts";

/** A value, and what tells it from any other that this key had or will have. */
export interface Versioned {
  readonly value: string;
  readonly version: string;
}

/**
 * A store of texts by key that can write under a condition, as Redis (a script), DynamoDB (a condition), Deno KV (`check`)
 * and Durable Objects can. One that is only consistent in the end cannot: two processes would lose each other's writes.
 */
export interface Kv {
  get(key: string): Promise<Versioned | undefined>;
  /**
   * Writes if the key still has this version; `null`: if there is nothing. Answers whether it wrote. The value may be
   * dropped after `ttlMs`.
   */
  set(key: string, value: string, condition: { version: string | null; ttlMs?: number }): Promise<boolean>;
  /** Deletes if the key still has this version; answers whether it did. */
  delete(key: string, version: string): Promise<boolean>;
}

/** A store in which nobody ever wins is broken. */
const MOST_LOSSES = 100;

/** Connections in a key-value store: one entry each, one with the ids of a user's, one per authorization under way. */
export function kvStore(kv: Kv, { prefix = "parlance:" }: { prefix?: string } = {}): ConnectionStore {
  const keyOf = (id: string) => `${prefix}connection:${id}`;
  const userKey = (userId: string) => `${prefix}user:${userId}`;
  const stateKey = (state: string) => `${prefix}state:${state}`;

  async function read<Value>(key: string): Promise<{ value: Value; version: string } | undefined> {
    const found = await kv.get(key);
    return found && { value: JSON.parse(found.value) as Value, version: found.version };
  }

  /** Changes an entry until nobody else was faster. */
  async function change<Value>(key: string, next: (now: Value | undefined) => Value): Promise<Value> {
    for (let losses = 0; losses < MOST_LOSSES; losses++) {
      const found = await read<Value>(key);
      const value = next(found?.value);
      if (await kv.set(key, JSON.stringify(value), { version: found?.version ?? null })) return value;
    }
    throw new Error("The store takes no write: every one was lost to another.");
  }

  async function find(id: string): Promise<Connection | undefined> {
    return (await read<Connection>(keyOf(id)))?.value;
  }

  return {
    find,
    async list(userId) {
      const ids = Object.values((await read<Record<string, string>>(userKey(userId)))?.value ?? {});
      const found = await Promise.all(ids.map(find));
      return found.filter((connection) => connection !== undefined);
    },
    async upsert(connection) {
      const { userId, organizationId } = connection;
      // Which id the pair has is decided in one entry, so two callbacks at once end in one connection.
      const ids = await change<Record<string, string>>(userKey(userId), (now = {}) => ({
        ...now,
        [organizationId]: Object.hasOwn(now, organizationId)
          ? (now[organizationId] as string)
          : connection.id,
      }));
      const id = ids[organizationId] as string;
      return change<Connection>(keyOf(id), () => ({ ...connection, id }));
    },
    async replace(next, version) {
      const found = await read<Connection>(keyOf(next.id));
      if (found?.value.version !== version) return false;
      return kv.set(keyOf(next.id), JSON.stringify(next), { version: found.version });
    },
    async remove(id) {
      const gone = await find(id);
      if (!gone) return;
      const { userId, organizationId } = gone;
      await change<Record<string, string>>(userKey(userId), (now = {}) =>
        Object.fromEntries(
          Object.entries(now).filter(([organization, of]) => organization !== organizationId || of !== id),
        ),
      );
      for (let found = await kv.get(keyOf(id)); found; found = await kv.get(keyOf(id))) {
        if (await kv.delete(keyOf(id), found.version)) return;
      }
    },
    async begin(pending) {
      const condition = { version: null, ttlMs: PENDING_MS };
      if (!(await kv.set(stateKey(pending.state), JSON.stringify(pending), condition))) {
        throw new Error("The store already has this authorization.");
      }
    },
    async finish(state, userId) {
      const found = await read<PendingAuthorization>(stateKey(state));
      if (found?.value.userId !== userId) return undefined;
      return (await kv.delete(stateKey(state), found.version)) ? found.value : undefined;
    },
  };
}

/** How often `memoryKv` looks for what is past its time: of authorizations that nobody ends, nobody asks. */
const SWEEP_MS = 60_000;

/** A key-value store in this process; drops what is past its time. */
export function memoryKv({ now = Date.now }: { now?: () => number } = {}): Kv {
  const entries = new Map<string, Versioned & { until: number }>();
  let last = 0;
  let sweptAt = now();
  const sweep = () => {
    if (now() - sweptAt < SWEEP_MS) return;
    sweptAt = now();
    for (const [key, { until }] of entries) if (until <= sweptAt) entries.delete(key);
  };
  const live = (key: string) => {
    const entry = entries.get(key);
    return entry && entry.until > now() ? entry : undefined;
  };
  return {
    async get(key) {
      return live(key);
    },
    async set(key, value, { version, ttlMs = Number.POSITIVE_INFINITY }) {
      sweep();
      if ((live(key)?.version ?? null) !== version) return false;
      entries.set(key, { value, version: String(++last), until: now() + ttlMs });
      return true;
    },
    async delete(key, version) {
      return live(key)?.version === version && entries.delete(key);
    },
  };
}
