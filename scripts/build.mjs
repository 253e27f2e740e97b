// Builds the dashboard into dashboard/dist. `npm run build` always builds, start and test only when it is stale.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { fail, findNode, ROOT, run, withLock } from "./project.mjs";

const FOLDER = join(ROOT, "dashboard");
const DIST = join(FOLDER, "dist");
const STAMP = ".stamp";
/** What the build reads; anything else in the folder (tests, notes) leaves it as it is. */
const SOURCES = ["dashboard/src", "dashboard/public", "contract/src", "package-lock.json"];
const SOURCE_FILES = /^(.*\.html|package\.json|tsconfig\.json|vite\.config\.ts)$/;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!(await build({ always: true }))) process.exit(1);
}

/** Builds unless dist was made from these very sources; true when dist is good afterwards. */
export function build({ always = false } = {}) {
  if (!always && isFresh()) return true;
  return withLock("build", async () => {
    if (!always && isFresh()) return true;
    const stamp = hashSources();
    const fresh = `${DIST}-next`;
    console.log("Building the dashboard …");
    const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
    const args = [vite, "build", "--logLevel", "warn", "--outDir", fresh, "--emptyOutDir"];
    // A test run sets NODE_ENV=test; the build must not become another one by it.
    const env = { NODE_ENV: "production" };
    const code = await run(findNode() ?? fail("Node 24 is missing: run `npm start`."), args, {
      cwd: FOLDER,
      env,
    });
    if (code !== 0) return false;
    for (const [page, bytes] of scriptSizes(fresh)) {
      console.log(`${page}: ${Math.round(bytes / 102.4) / 10} KiB of script before anything else, gzip`);
    }
    writeFileSync(join(fresh, STAMP), stamp);
    replace(DIST, fresh);
    return true;
  });
}

/** What each entry loads before it draws anything: its file and all that this imports, packed as it travels. */
function scriptSizes(dist) {
  const manifest = JSON.parse(readFileSync(join(dist, ".vite", "manifest.json"), "utf8"));
  const closure = (name, seen = new Set()) => {
    if (!seen.has(name)) {
      seen.add(name);
      for (const part of manifest[name].imports ?? []) closure(part, seen);
    }
    return seen;
  };
  const size = (name) => gzipSync(readFileSync(join(dist, manifest[name].file)), { level: 9 }).length;
  return ["index.html", "connect.html"].map((page) => [
    page,
    [...closure(page)].reduce((total, name) => total + size(name), 0),
  ]);
}

function isFresh() {
  const stamp = join(DIST, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hashSources();
}

/** A server that is running serves the old files until the moment the new ones are complete. */
function replace(old, fresh) {
  const away = `${old}-old`;
  rmSync(away, { recursive: true, force: true });
  if (existsSync(old)) renameSync(old, away);
  renameSync(fresh, old);
  rmSync(away, { recursive: true, force: true });
}

function hashSources() {
  const files = readdirSync(FOLDER).filter((name) => SOURCE_FILES.test(name));
  const paths = [
    ...files.map((name) => join(FOLDER, name)),
    ...SOURCES.flatMap((path) => filesIn(join(ROOT, path))),
  ];
  const hash = createHash("sha256");
  for (const path of paths.sort())
    hash.update(relative(ROOT, path)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  // Node 20.11 and older call the folder `path`.
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
