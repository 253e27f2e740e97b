import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import { bareEnvironment } from "../../test/support/bare-environment.ts";
import { testContext } from "../../test/support/context.ts";
import { addProject } from "../../test/support/projects.ts";
import { recordAudit } from "../audit/record.ts";
import { secretKey } from "../platform/secret-key.ts";
import { SYSTEM } from "./actor.ts";
import { openDatabase } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "parlance-back-up-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command as an operator types it. */
async function backUp(file: string, environment: Record<string, string> = { DATA_DIR: folder }) {
  const cli = join(import.meta.dirname, "../cli.ts");
  const env = { ...bareEnvironment(), ...environment };
  return promisify(execFile)(process.execPath, [cli, "backup", file], { env }).then(
    (done) => ({ code: 0, ...done }),
    (failed: { code: number; stdout: string; stderr: string }) => failed,
  );
}

test("a copy that is made beside running writes opens, and has all that was acknowledged before", async () => {
  const db = await openDatabase(`file:${join(folder, "parlance.db")}`);
  const key = secretKey({ SECRET_KEY: undefined, DATA_DIR: folder });
  const ctx = testContext(db);
  const w = await addProject(ctx, { languages: ["de"] });
  await w.call("keys.create", { keys: [{ name: "title", values: { en: "Hello", de: "Hallo" } }] });
  let acknowledged = 0;
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await db.write((tx) =>
        recordAudit(tx, {
          at: acknowledged,
          action: "counted",
          actor: SYSTEM,
          details: { text: "x".repeat(2000) },
        }),
      );
      acknowledged++;
    }
  })();
  await expect.poll(() => acknowledged, { timeout: 30_000 }).toBeGreaterThan(200);
  const before = acknowledged;
  const file = join(folder, "copy.db");
  const done = await backUp(file);
  expect(done).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(file) });
  expect(acknowledged).toBeGreaterThan(before);
  writing = false;
  await writer;
  await db.close();

  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file).includes(key)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);

  // Restored as the guide says: the copy in place of the database, without its journal.
  const restored = join(folder, "restored");
  cpSync(file, join(restored, "parlance.db"));
  const copy = await openDatabase(`file:${join(restored, "parlance.db")}`);
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(copy.read);
  expect(rows).toEqual([{ integrity_check: "ok" }]);
  const counted = await copy.read
    .selectFrom("auditEntries")
    .select("at")
    .where("action", "=", "counted")
    .orderBy("at")
    .execute();
  expect(counted.length).toBeGreaterThanOrEqual(before);
  expect(counted.map(({ at }) => at)).toEqual(counted.map((_, index) => index));
  const query = { projectId: w.project.id, part: "Hallo", most: 10 };
  expect(await copy.textSearch.keysWith(copy.read, query)).toHaveLength(1);
  await copy.write((tx) => recordAudit(tx, { at: 1, action: "after", actor: SYSTEM }));
  await copy.close();
}, 60_000);

test("nothing is overwritten, and what cannot be copied is said in a sentence", async () => {
  const taken = join(folder, "taken.db");
  writeFileSync(taken, "precious");
  const empty = join(folder, "empty");
  for (const [file, environment, sentence] of [
    [taken, undefined, `There is a file ${taken} already.`],
    [join(folder, "nowhere", "a.db"), undefined, "cannot be written (ENOENT)."],
    [join(folder, "b.db"), { DATA_DIR: empty }, `There is no database ${join(empty, "parlance.db")}.`],
    [
      join(folder, "c.db"),
      { DATA_DIR: empty, DATABASE_URL: "postgres://127.0.0.1:1/none", SECRET_KEY: "x".repeat(32) },
      "The database is Postgres: back it up with pg_dump",
    ],
  ] as const) {
    const refused = await backUp(file, environment);
    expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(sentence) });
    expect(refused.stderr).not.toContain(" at ");
  }
  expect(readFileSync(taken, "utf8")).toBe("precious");
}, 60_000);
