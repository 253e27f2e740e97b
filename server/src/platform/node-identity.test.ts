import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLog } from "./log.ts";
import { isGone, newClaimId, nodeIdentity } from "./node-identity.ts";

const folder = mkdtempSync(join(tmpdir(), "parlance-node-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = openLog("silent");

/** A process that lives just long enough to be one, and ends without a word. */
function formerProcess(dataDir: string): string {
  const source = `
    import { nodeIdentity } from ${JSON.stringify(join(import.meta.dirname, "node-identity.ts"))};
    const { id } = nodeIdentity(${JSON.stringify(dataDir)}, { warn() {} });
    process.stdout.write(id, () => process.kill(process.pid, "SIGKILL"));
    setInterval(() => {}, 1000);`;
  try {
    return execFileSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test("a process that was killed is gone for the next, once, and one that lives is not", () => {
  const dataDir = join(folder, "one");
  const first = formerProcess(dataDir);
  const second = nodeIdentity(dataDir, log);
  expect(second.gone).toEqual([first]);
  const third = nodeIdentity(dataDir, log);
  expect(third.gone).toEqual([]);
  expect(readdirSync(join(dataDir, "nodes")).toSorted()).toEqual(
    [second, third].map(({ id }) => `${id}.lock`).toSorted(),
  );
});

test("a claim tells whose it is", () => {
  const mine = { id: "node_a", gone: ["node_b"] };
  expect(isGone(mine, newClaimId({ id: "node_b", gone: [] }))).toBe(true);
  expect(isGone(mine, newClaimId(mine))).toBe(false);
  expect(isGone(mine, "node_bc/wrk_1")).toBe(false);
});

test("where nothing can be written nobody is known to be gone", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(nodeIdentity(file, log)).toEqual({ id: expect.stringMatching(/^node_/), gone: [] });
});
