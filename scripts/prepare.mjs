// Before any public npm script: makes node_modules what package-lock.json says, and brings Node 24.
// Runs under Node 20 with nothing installed. `npm ci` removes what it replaces, so it runs only when something differs.
import { fail, findNode, readJson, runNpm, withLock } from "./project.mjs";

// A production server needs no test tools; everything else does.
const production = process.env.npm_lifecycle_event === "prestart" && process.env.NODE_ENV === "production";

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node ${process.version} is too old: install Node 20 or newer.`);
if (!isInstalled()) await withLock("prepare", () => isInstalled() || install());
if (!findNode()) await withLock("prepare", () => findNode() || fetchNode());

/** Compares contents, not times: a fresh checkout or a touched lockfile is no reason to install again. */
function isInstalled() {
  const wanted = readJson("package-lock.json")?.packages;
  if (!wanted)
    fail("package-lock.json is missing or damaged: restore it with `git checkout package-lock.json`.");
  const present = readJson("node_modules/.package-lock.json")?.packages ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/") || (production && (entry.dev || entry.devOptional))) return true;
    const found = present[path];
    if (!found) return Boolean(entry.optional || entry.devOptional);
    const sameContent = !entry.integrity || !found.integrity || entry.integrity === found.integrity;
    return entry.version === found.version && sameContent;
  });
}

async function install() {
  console.log("Installing the packages of package-lock.json (npm ci) …");
  const started = Date.now();
  const code = await runNpm(["ci", production ? "--omit=dev" : "--include=dev", "--loglevel=error"]);
  if (code !== 0) fail("npm ci failed, see above; nothing was started.");
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** The install script of the package `node` does this, unless npm was told not to run scripts. */
async function fetchNode() {
  console.log("Fetching Node 24, because npm ran no install scripts …");
  await runNpm(["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"]);
  if (findNode()) return;
  fail(`Node 24 could not be fetched for ${process.platform} ${process.arch}: install it and start again.`);
}
