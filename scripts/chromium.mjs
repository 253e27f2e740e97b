// The browser of the browser tests: one that is there, else installed by the platform's own means.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { findNode, ROOT, run, WINDOWS } from "./project.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = {
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: [join(process.env.ProgramFiles ?? "C:\\Program Files", "Google\\Chrome\\Application\\chrome.exe")],
};

/** Path of a Chromium that starts, installing one when there is none; throws an Error with one sentence otherwise. */
export async function provideChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!starts(named)) throw new Error(`CHROMIUM_PATH is ${named}, which does not start.`);
    return named;
  }
  const found = findChromium();
  if (found) return found;
  console.log("No Chromium found, installing one …");
  for (const step of await installSteps()) if (!(await step())) break;
  const installed = findChromium() ?? ((await installByPlaywright()) ? findChromium() : undefined);
  if (installed) return installed;
  throw new Error(
    "The browser tests need Chromium, and it could not be installed: install it, or set CHROMIUM_PATH.",
  );
}

function findChromium() {
  const inPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [playwrightChromium(), ...inPath, ...(APPLICATIONS[process.platform] ?? [])].find(starts);
}

function playwrightChromium() {
  try {
    return createRequire(join(ROOT, "package.json"))("playwright-core").chromium.executablePath();
  } catch {
    return undefined;
  }
}

/** Existing is not enough: Ubuntu's `chromium-browser` may be a note that points to a snap. */
function starts(path) {
  if (!path || !existsSync(path)) return false;
  // On Windows `--version` would open a window.
  return WINDOWS || spawnSync(path, ["--version"], { stdio: "ignore", timeout: 30_000 }).status === 0;
}

/** Debian has Chromium as a package, with every library it needs; it takes root, or sudo without a question. */
async function installSteps() {
  if (process.platform !== "linux" || !/^ID=debian$/m.test(osRelease())) return [];
  const root = process.getuid?.() === 0;
  if (!root && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) return [];
  const apt = (...args) => {
    const [command, ...rest] = root ? ["apt-get", ...args] : ["sudo", "-n", "apt-get", ...args];
    return run(command, rest, {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  return [
    async () => (await apt("update", "-q")) === 0,
    async () => (await apt("install", "-yq", "--no-install-recommends", "chromium")) === 0,
  ];
}

async function installByPlaywright() {
  const cli = join(ROOT, "node_modules", "playwright-core", "cli.js");
  return (await run(findNode() ?? process.execPath, [cli, "install", "chromium"])) === 0;
}

function osRelease() {
  return existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
}
