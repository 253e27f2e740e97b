// What every script needs to know about this project. Runs under Node 20, before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const WINDOWS = process.platform === "win32";

const BUNDLED_NODE = join(ROOT, "node_modules", "node", "bin", WINDOWS ? "node.exe" : "node");
const NODE_MAJOR = 24;
const LOCK_BEAT_MS = 1_000;
const LOCK_STALE_MS = 15_000;

/** The Node 24 binary to run the project with: the installed one, or the current one when it is new enough. */
export function findNode() {
  if (existsSync(BUNDLED_NODE) && major(versionOf(BUNDLED_NODE)) === NODE_MAJOR) return BUNDLED_NODE;
  // Systems that the bundled binary was not built for (musl, say) may bring their own.
  if (major(process.version) >= NODE_MAJOR) return process.execPath;
  return undefined;
}

/** Ends the program with one sentence. */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/**
 * Runs a program in the project's folder and resolves to its exit code (1 when it could not be started or was killed).
 * Node 24 comes first on its PATH, so that tools with a `#!/usr/bin/env node` line use it too.
 */
export function run(command, args, options = {}) {
  const { env, ...rest } = options;
  const path = [join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: "inherit",
      ...rest,
      env: { ...process.env, PATH: path, ...env },
    });
    const forward = (signal) => child.kill(signal);
    process.on("SIGTERM", forward).on("SIGINT", forward);
    const done = (code) => {
      process.off("SIGTERM", forward).off("SIGINT", forward);
      resolve(code);
    };
    child.on("error", () => done(1));
    child.on("exit", (code) => done(code ?? 1));
  });
}

/** Runs npm with the Node that already runs this script. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm && /npm-cli\.c?js$/.test(npm)) return run(process.execPath, [npm, ...args], options);
  return run(WINDOWS ? "npm.cmd" : "npm", args, { shell: WINDOWS, ...options });
}

/** Does `work` while no other process of this project does anything under the same name. */
export async function withLock(name, work) {
  const lock = join(ROOT, `.${name}.lock`);
  while (!takeLock(lock)) await new Promise((resolve) => setTimeout(resolve, 200));
  const beat = setInterval(() => {
    try {
      utimesSync(lock, new Date(), new Date());
    } catch {
      // Somebody thought we were gone; `work` is repeatable, so the worst is that it is done twice.
    }
  }, LOCK_BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Reads a JSON file of the project, `undefined` when it is missing or damaged. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
  } catch {
    return undefined;
  }
}

function takeLock(lock) {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    if (Date.now() - statSync(lock).mtimeMs < LOCK_STALE_MS) return false;
    // A rename succeeds for one process only, so two that wait cannot both clear the same dead lock.
    const dead = `${lock}.${process.pid}`;
    renameSync(lock, dead);
    rmSync(dead, { recursive: true, force: true });
  } catch {
    // Another process was faster.
  }
  return false;
}

function versionOf(binary) {
  const { stdout, status } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}

function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}
