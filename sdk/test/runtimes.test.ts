import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestSqlite } from "../../server/test/support/databases.ts";
import { type Packed, packAndInstall } from "./packed.ts";
import { authorized, startPartner } from "./real-server.ts";

/** Every Node from 20 on that the path leads to, one for each version, and Bun where there is one. */
const RUNTIMES = [
  ...nodes(),
  ...(onPath("bun")[0] ? [{ runtime: "bun", path: onPath("bun")[0] as string }] : []),
];
const PROGRAM = "runtime-program.js";
let packed: Packed;

beforeAll(async () => {
  packed = await packAndInstall();
  copyFileSync(join(import.meta.dirname, PROGRAM), join(packed.folder, PROGRAM));
}, 120_000);
afterAll(() => rmSync(packed.folder, { recursive: true, force: true }));

describe.each(RUNTIMES)("on $runtime", ({ path }) => {
  test("the package connects, calls, is refused and is revoked, with a whole server", async () => {
    const partner = await startPartner(openTestSqlite);
    const { project, organization, people } = partner.scene;
    const child = spawn(path, [PROGRAM], {
      cwd: packed.folder,
      env: {
        PATH: process.env.PATH,
        SETTINGS: JSON.stringify(partner.settings),
        PROJECT: project.id,
        CDN: `${partner.scene.base}/cdn/${organization.slug}/${project.slug}`,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (lines.push(line) > 1) continue;
      child.stdin.write(`${await authorized(people.owner.browser, line)}\n`);
    }
    await partner.close();
    expect(JSON.parse(lines[1] ?? "{}")).toEqual({
      names: ["runtime.one", "runtime.three", "runtime.two"],
      text: "two",
      missing: "translations:publish",
      unpublished: "NotFoundError",
      isRevoked: true,
    });
  });
});

function nodes(): { runtime: string; path: string }[] {
  const found = onPath("node").map((path) => ({
    path,
    runtime: `node ${execFileSync(path, ["-p", "process.versions.node"]).toString().trim()}`,
  }));
  const byVersion = new Map(found.map((each) => [each.runtime, each]));
  return [...byVersion.values()].filter(({ runtime }) => Number(/\d+/.exec(runtime)?.[0]) >= 20);
}

function onPath(program: string): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).filter(existsSync);
}
