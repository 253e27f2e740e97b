import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { openTestSqlite } from "../../server/test/support/databases.ts";
import { SQL_SCHEMA, sqlStore } from "../src/stores/sql.ts";
import { startPartner } from "./real-server.ts";

const PROCESSES = 6;
const ROUNDS = 12;
const folder = mkdtempSync(join(tmpdir(), "parlance-processes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("processes that share a database file refresh once each time, and a kill -9 in the middle strands nobody", {
  timeout: 120_000,
}, async () => {
  const file = join(folder, "connections.db");
  const db = new DatabaseSync(file, { timeout: 10_000 });
  db.exec("PRAGMA journal_mode = WAL");
  for (const statement of SQL_SCHEMA) db.exec(statement);
  const store = sqlStore(async (statement, parameters) => db.prepare(statement).all(...parameters));
  const partner = await startPartner(openTestSqlite);
  const first = partner.newProcess({ store });
  const [connection] = await partner.connect(first, await first.authorizeUrl({ userId: "ada" }));
  const id = connection?.id as string;

  /** What every process got since it was last emptied. */
  const got = new Set<string>();
  const start = (): ChildProcess => {
    const program = join(import.meta.dirname, "process.ts");
    const child = spawn(process.execPath, [program, file, JSON.stringify(partner.settings), id], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => got.add(line));
    return child;
  };
  const children = Array.from({ length: PROCESSES }, start);
  const refreshes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await store.find(id);
    if (!before) throw new Error("the connection was lost");
    const since = partner.scene.server.log().length;
    const ended = { ...before, accessToken: null, version: `ended-${round}` };
    if (!(await store.replace(ended, before.version))) throw new Error("somebody wrote without need");
    // Some of them die while they refresh or wait, and are started again as a deploy would.
    if (round % 3 === 2) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
      for (const at of [0, 1, 2]) {
        children[at]?.kill("SIGKILL");
        children[at] = start();
      }
    }
    let now = await store.find(id);
    while (now?.accessToken === null && now.revokedAt === null) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      now = await store.find(id);
    }
    expect(now).toMatchObject({ revokedAt: null });
    await new Promise((resolve) => setTimeout(resolve, 200));
    got.clear();
    // Everybody is heard again, and all of them have the one token.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(got).toEqual(new Set([now?.accessToken]));
    refreshes.push(partner.scene.server.log().slice(since).split("/api/auth/mcp/token").length - 1);
  }
  for (const child of children) {
    const over = once(child, "exit");
    child.kill("SIGKILL");
    await over;
  }
  const undisturbed = refreshes.filter((_, round) => round % 3 !== 2);
  // A machine that lets a process wait for five seconds makes another one ask.
  expect(undisturbed.filter((count) => count !== 1).length).toBeLessThanOrEqual(1);
  expect(Math.max(...refreshes)).toBeLessThanOrEqual(PROCESSES);
  db.close();
  await partner.close();
});
