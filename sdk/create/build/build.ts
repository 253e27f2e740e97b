// Makes sdk/create/dist: the command as one file for Node, and the SDK's package that new apps are given.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";

const FOLDER = join(import.meta.dirname, "..");
const SDK = join(FOLDER, "..");
const DIST = join(FOLDER, "dist");

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
const bundle = await rolldown({ input: join(FOLDER, "src/main.ts"), platform: "node" });
await bundle.write({ file: join(DIST, "create.js"), format: "esm" });
await bundle.close();

const built = mkdtempSync(join(tmpdir(), "parlance-create-"));
try {
  execFileSync(process.execPath, [join(SDK, "build", "build.ts"), built], { stdio: "inherit" });
  // An npm that runs us has told its children in which folder to pack.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", DIST], {
    cwd: built,
    env,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
} finally {
  rmSync(built, { recursive: true, force: true });
}
const [packed = ""] = readdirSync(DIST).filter((name) => name.endsWith(".tgz"));
renameSync(join(DIST, packed), join(DIST, "parlance-sdk.tgz"));
