import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { openTestPostgres } from "../support/databases.ts";
import { layCable } from "./cable.ts";
import { freePort, runToEnd, startProcess } from "./spawned.ts";

const POSTGRES = process.env.TEST_POSTGRES_URL;
const SECRET_KEY = "a secret key that only tests use, of length";
const folder = mkdtempSync(join(tmpdir(), "parlance-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a start that cannot succeed ends with code 1 and one sentence that names the setting", {
  timeout: 120_000,
}, () => {
  // `config.test.ts` has the other rules; these are checked late, or by what the machine says.
  test.each([
    ["PORT", { PORT: "99999" }],
    ["PUBLIC_URL", { PUBLIC_URL: "http://localhost:3000/translate" }],
    ["HOST", { HOST: "192.0.2.7" }],
    ["TRUSTED_PROXIES", { TRUSTED_PROXIES: "10.0.0.0/8,proxy" }],
    ["DATA_DIR", { DATA_DIR: "/dev/null/data" }],
  ])("%s", async (name, setting) => {
    const ended = await runToEnd({ PORT: await freePort(), DATA_DIR: folder, ...setting });
    expect(ended.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(`^The setting ${name} .*\\.$`),
    ]);
    expect(ended.code).toBe(1);
  });

  test.runIf(POSTGRES).each([
    ["has no such database", (url: URL) => Object.assign(url, { pathname: "/parlance_nowhere" })],
    ["knows no such role", (url: URL) => Object.assign(url, { username: "parlance_nobody" })],
  ])("DATABASE_URL, when the server there %s, without waiting", async (_, change) => {
    const DATABASE_URL = change(new URL(POSTGRES as string)).href;
    const begun = performance.now();
    const ended = await runToEnd({ PORT: await freePort(), DATA_DIR: folder, DATABASE_URL, SECRET_KEY });
    expect(ended.stderr).toMatch(/^The setting DATABASE_URL is wrong: .* \((3D000|28000|28P01)\)\.\n$/);
    expect(ended.code).toBe(1);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("PORT, when another program has it", async () => {
    const DATA_DIR = join(folder, "taken");
    const PORT = await freePort();
    const server = await startProcess({ DATA_DIR, PORT });
    const ended = await runToEnd({ DATA_DIR, PORT });
    expect(ended.stderr).toBe(`The setting PORT is wrong: port ${PORT} is taken by another program.\n`);
    expect(ended.code).toBe(1);
    await server.kill("SIGTERM");
  });

  test("SECRET_KEY, when the file that holds it was cut short", async () => {
    const DATA_DIR = mkdtempSync(join(folder, "cut-"));
    writeFileSync(join(DATA_DIR, "secret.key"), "");
    const ended = await runToEnd({ DATA_DIR, PORT: await freePort() });
    expect(ended.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching("^The setting SECRET_KEY .*\\.$"),
    ]);
    expect(ended.code).toBe(1);
  });
});

test.runIf(POSTGRES)(
  "a server whose Postgres comes later says so and waits for it",
  { timeout: 120_000 },
  async () => {
    const database = await openTestPostgres();
    const cable = await layCable(database.url as string);
    cable.cut();
    const DATABASE_URL = cable.url;
    const starting = startProcess({ DATA_DIR: folder, DATABASE_URL, SECRET_KEY, PORT: await freePort() });
    await sleep(3_000);
    cable.mend();
    const server = await starting;
    expect(server.said().match(/Waiting for the database \(.+\)\./g)).toHaveLength(1);
    expect((await fetch(`${server.base}/ready`)).status).toBe(200);
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null, stderr: "" });
    await cable.close();
    await database.close();
  },
);

describe("servers that start at once", { timeout: 120_000 }, () => {
  test("come up on one empty SQLite file, with one secret key", async () => {
    for (let round = 0; round < 3; round++) {
      const DATA_DIR = mkdtempSync(join(folder, "two-"));
      await startTogether({ DATA_DIR });
      const key = join(DATA_DIR, "secret.key");
      expect(readFileSync(key, "utf8").length).toBeGreaterThanOrEqual(32);
      expect(statSync(key).mode & 0o777).toBe(0o600);
    }
  });

  test.runIf(POSTGRES)("come up on one empty Postgres database", async () => {
    const url = new URL(POSTGRES as string);
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    url.pathname = `/parlance_start_${process.pid}`;
    await admin.query(`create database ${url.pathname.slice(1)}`);
    await startTogether({ DATA_DIR: folder, DATABASE_URL: url.href, SECRET_KEY });
    await admin.query(`drop database ${url.pathname.slice(1)} with (force)`);
    await admin.query(`create database ${url.pathname.slice(1)}`);
    // Where one of them makes the sample.
    await startTogether({ DATA_DIR: folder, DATABASE_URL: url.href, SECRET_KEY, NODE_ENV: "development" }, 3);
    await admin.query(`drop database ${url.pathname.slice(1)} with (force)`);
    await admin.end();
  });

  async function startTogether(environment: Record<string, string>, count = 2): Promise<void> {
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    const servers = await Promise.allSettled(ports.map((PORT) => startProcess({ ...environment, PORT })));
    const failures = servers.flatMap((start) => (start.status === "rejected" ? [String(start.reason)] : []));
    for (const start of servers) {
      if (start.status === "rejected") continue;
      if (failures.length === 0) expect((await fetch(`${start.value.base}/ready`)).status).toBe(200);
      await start.value.kill("SIGKILL");
    }
    expect(failures).toEqual([]);
  }
});
