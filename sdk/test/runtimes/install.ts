import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const FOLDER = import.meta.dirname;
const MODULES = join(FOLDER, "node_modules");
const PLATFORM = `${process.platform}-${process.arch}`;

/** Programs that run a module, by what a reader calls them. The registry has those of Node.js for Linux alone. */
export const RUNTIMES: readonly { runtime: string; path: string; isMade: boolean }[] = [
  ...["20", "22"].map((version) => ({
    runtime: `Node ${version}`,
    path: join(MODULES, `node${version}-${PLATFORM}`, "bin", "node"),
    isMade: /^linux-(x64|arm64)$/.test(PLATFORM),
  })),
  { runtime: "Node 24", path: process.execPath, isMade: true },
  {
    runtime: "Bun",
    path: join(MODULES, "@oven", `bun-${PLATFORM.replace("arm64", "aarch64")}`, "bin", "bun"),
    isMade: process.platform !== "win32",
  },
];

/**
 * Fetches what `package-lock.json` beside this file says, once. No script of a package runs: each brings its program as a file.
 * Throws what npm said.
 */
export async function installRuntimes(): Promise<void> {
  const wanted = readFileSync(join(FOLDER, "package-lock.json"), "utf8");
  const stamp = join(MODULES, ".installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--loglevel=error"], { cwd: FOLDER });
  writeFileSync(stamp, wanted);
}

/** Of miniflare, what is used here: it is not there when types are checked. */
interface Worker {
  dispatchFetch(url: string, init: { method: string; body: string }): Promise<Response>;
  dispose(): Promise<void>;
}
interface Miniflare {
  Miniflare: new (options: { modules: true; script: string; compatibilityDate: string }) => Worker;
}

/** A Worker of the module, in the runtime that serves them at the edge. */
export async function startWorker(script: string): Promise<Worker> {
  const path = join(MODULES, "miniflare", "dist", "src", "index.js");
  const { Miniflare }: Miniflare = await import(pathToFileURL(path).href);
  return new Miniflare({ modules: true, script, compatibilityDate: "2026-07-01" });
}
