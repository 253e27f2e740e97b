import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openMigratedPglite } from "../../../server/test/support/pglite-template.ts";
import { createPostgres } from "../../../server/test/support/postgres.ts";
import { connection } from "../../test/fake-server.ts";
import { type ConnectionStore, PENDING_MS } from "../store.ts";
import { type Kv, kvStore, memoryKv } from "./kv.ts";
import { memoryStore } from "./memory.ts";
import { type RunSql, SQL_SCHEMA, sqlStore } from "./sql.ts";

interface Opened {
  store: ConnectionStore;
  close(): Promise<void>;
}

const none = async () => {};

/** Every store that is shipped, and what a partner's own has to pass as well. */
const STORES: [name: string, open: () => Promise<Opened>][] = [
  ["memoryStore", async () => ({ store: memoryStore(), close: none })],
  ["kvStore over a slow network", async () => ({ store: kvStore(slowKv()), close: none })],
  ["the file of the starter", openFile],
  ["sqlStore on SQLite", async () => openSqlite()],
  ["sqlStore on Postgres", openPostgres],
];

/** The starter's own store, in JavaScript. */
async function openFile(): Promise<Opened> {
  const module = new URL("../../create/template/src/store.js", import.meta.url).href;
  const { fileKv }: { fileKv: (path: string) => Kv } = await import(module);
  const folder = mkdtempSync(join(tmpdir(), "parlance-file-kv-"));
  const path = join(folder, "data", "connections.json");
  let kv = fileKv(path);
  // As after a restart: what was written is read from the file each time.
  const store = kvStore({
    get: (key) => kv.get(key),
    async set(...args) {
      const isDone = await kv.set(...args);
      kv = fileKv(path);
      return isDone;
    },
    async delete(...args) {
      const isDone = await kv.delete(...args);
      kv = fileKv(path);
      return isDone;
    },
  });
  return {
    store,
    async close() {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      rmSync(folder, { recursive: true });
    },
  };
}

function openSqlite(): Opened {
  const db = new DatabaseSync(":memory:");
  for (const statement of SQL_SCHEMA) db.exec(statement);
  const run: RunSql = async (statement, parameters) => db.prepare(statement).all(...parameters);
  return { store: sqlStore(run), close: async () => db.close() };
}

async function openPostgres(): Promise<Opened> {
  const { query, close } = process.env.TEST_POSTGRES_URL ? await openServer() : await openPglite();
  for (const statement of SQL_SCHEMA) await query(statement, []);
  return { store: sqlStore(query, { placeholders: "$1" }), close };
}

async function openServer(): Promise<{ query: RunSql; close: Opened["close"] }> {
  const { url, drop } = await createPostgres();
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  // The database is dropped while the server still lets go of them.
  pool.on("error", () => {});
  return {
    query: async (statement, parameters) => (await pool.query(statement, [...parameters])).rows,
    async close() {
      await pool.end();
      await drop();
    },
  };
}

async function openPglite(): Promise<{ query: RunSql; close: Opened["close"] }> {
  const pglite = await openMigratedPglite();
  return {
    query: async (statement, parameters) =>
      (await pglite.query<object>(statement, [...parameters])).rows as Row[],
    close: () => pglite.close(),
  };
}

type Row = Awaited<ReturnType<RunSql>>[number];

/** Lets others in between every two steps. */
function slowKv() {
  const kv = memoryKv();
  const later = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
  return {
    get: (...of: Parameters<typeof kv.get>) => later().then(() => kv.get(...of)),
    set: (...of: Parameters<typeof kv.set>) => later().then(() => kv.set(...of)),
    delete: (...of: Parameters<typeof kv.delete>) => later().then(() => kv.delete(...of)),
  };
}

describe.each(STORES)("%s", (_, open) => {
  let opened: Opened;
  let store: ConnectionStore;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  beforeEach(async () => {
    const rows = await Promise.all(["user", "other"].map((userId) => store.list(userId)));
    for (const { id } of rows.flat()) await store.remove(id);
  });
  afterAll(() => opened.close());

  test("gives back what it was given, and nothing for what it never was", async () => {
    expect(await store.upsert(connection())).toEqual(connection());
    expect(await store.find("con_1")).toEqual(connection());
    expect(await store.find("con_2")).toBeUndefined();
    expect(await store.list("nobody")).toEqual([]);
  });

  test("keeps the id of a user and organization who connect again, and replaces the rest", async () => {
    await store.upsert(connection({ revokedAt: 1, grantId: "grt_1" }));
    const again = connection({ id: "con_9", grantId: "grt_2", version: "v2", refreshToken: "refresh-9" });
    expect(await store.upsert(again)).toEqual({ ...again, id: "con_1" });
    expect(await store.list("user")).toEqual([{ ...again, id: "con_1" }]);
  });

  test("has a row for each user and organization, and shows users their own", async () => {
    await store.upsert(connection());
    await store.upsert(connection({ id: "con_2", organizationId: "org_2" }));
    await store.upsert(connection({ id: "con_3", userId: "other" }));
    expect((await store.list("user")).map(({ id }) => id).sort()).toEqual(["con_1", "con_2"]);
    expect((await store.list("other")).map(({ id }) => id)).toEqual(["con_3"]);
  });

  test("ends twenty callbacks at once in one connection", async () => {
    const callbacks = Array.from({ length: 20 }, (_, n) =>
      store.upsert(connection({ id: `con_${n}`, version: `v${n}`, refreshToken: `refresh-${n}` })),
    );
    const ids = new Set((await Promise.all(callbacks)).map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect(await store.list("user")).toHaveLength(1);
  });

  test("lets one of twenty writers win who have read the same row", async () => {
    await store.upsert(connection());
    const writers = Array.from({ length: 20 }, (_, n) =>
      store.replace(connection({ version: `v${n}`, refreshToken: `refresh-${n}` }), "version-0"),
    );
    const won = (await Promise.all(writers)).flatMap((did, n) => (did ? [n] : []));
    expect(won).toHaveLength(1);
    expect(await store.find("con_1")).toMatchObject({
      version: `v${won[0]}`,
      refreshToken: `refresh-${won[0]}`,
    });
  });

  test("writes nothing over a newer row, nor over one that is gone", async () => {
    await store.upsert(connection({ version: "v2" }));
    expect(await store.replace(connection({ version: "v3" }), "version-0")).toBe(false);
    await store.remove("con_1");
    expect(await store.replace(connection({ version: "v3" }), "v2")).toBe(false);
    expect(await store.find("con_1")).toBeUndefined();
    expect(await store.list("user")).toEqual([]);
    await store.remove("con_1");
  });

  test("hands out an authorization once, and to its user only", async () => {
    const pending = { state: "state", userId: "user", codeVerifier: "verifier", startedAt: Date.now() };
    await store.begin(pending);
    expect(await store.finish("state", "other")).toBeUndefined();
    const taken = await Promise.all(Array.from({ length: 5 }, () => store.finish("state", "user")));
    expect(taken.filter(Boolean)).toEqual([pending]);
    expect(await store.finish("state", "user")).toBeUndefined();
    expect(await store.finish("", "user")).toBeUndefined();
  });
});

test("what sqlStore seals is what is stored, and no token is beside it", async () => {
  const rows: string[] = [];
  const db = new DatabaseSync(":memory:");
  for (const statement of SQL_SCHEMA) db.exec(statement);
  const run: RunSql = async (statement, parameters) => {
    rows.push(JSON.stringify(parameters));
    return db.prepare(statement).all(...parameters);
  };
  const store = sqlStore(run, {
    seal: async (text) => Buffer.from(text).toString("base64"),
    open: async (text) => Buffer.from(text, "base64").toString(),
  });
  await store.upsert(connection());
  expect(await store.find("con_1")).toEqual(connection());
  expect(rows.join()).not.toContain("refresh-0");
});

test("an entry of memoryKv is gone when its time is over", async () => {
  let now = 0;
  const kv = memoryKv({ now: () => now });
  expect(await kv.set("key", "one", { version: null, ttlMs: 10 })).toBe(true);
  expect(await kv.set("key", "two", { version: null })).toBe(false);
  now = 10;
  expect(await kv.get("key")).toBeUndefined();
  expect(await kv.set("key", "two", { version: null })).toBe(true);
});

test("authorizations that nobody ends do not stay in memory for ever", async () => {
  let now = 0;
  const dropped = vi.spyOn(Map.prototype, "delete");
  try {
    const store = kvStore(memoryKv({ now: () => now }));
    const begin = (state: string) =>
      store.begin({ state, userId: "user", codeVerifier: "v", startedAt: now });
    await begin("one");
    await begin("two");
    now = PENDING_MS + 1;
    await begin("three");
    expect(dropped.mock.calls).toEqual([["parlance:state:one"], ["parlance:state:two"]]);
    expect(await store.finish("three", "user")).toMatchObject({ state: "three" });
  } finally {
    dropped.mockRestore();
  }
});

test.each(["constructor", "__proto__", "toString"])(
  "an organization may be called %s",
  async (organizationId) => {
    const store = kvStore(memoryKv());
    expect(await store.upsert(connection({ organizationId }))).toMatchObject({ id: "con_1" });
    expect(await store.list("user")).toMatchObject([{ id: "con_1", organizationId }]);
  },
);

test("a key-value store that never writes is found out, not asked for ever", async () => {
  const broken = kvStore({ ...memoryKv(), set: async () => false });
  await expect(broken.upsert(connection())).rejects.toThrow("takes no write");
  const pending = { state: "s", userId: "user", codeVerifier: "v", startedAt: 0 };
  await expect(broken.begin(pending)).rejects.toThrow();
});
