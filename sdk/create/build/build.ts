// Makes sdk/create/dist: the command as one file for Node, and the SDK's package that new apps are given.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
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

// Packed in a folder of its own, so that somebody who packs the SDK at the same time is not in the way.
const staging = mkdtempSync(join(tmpdir(), "parlance-create-"));
try {
  execFileSync(process.execPath, [join(SDK, "build", "build.ts"), join(staging, "dist")], {
    stdio: "inherit",
  });
  for (const file of ["package.json", "README.md"]) copyFileSync(join(SDK, file), join(staging, file));
  // An npm that runs us has told its children in which folder to pack.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", DIST], {
    cwd: staging,
    env,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
const [packed = ""] = readdirSync(DIST).filter((name) => name.endsWith(".tgz"));
renameSync(join(DIST, packed), join(DIST, "parlance-sdk.tgz"));
