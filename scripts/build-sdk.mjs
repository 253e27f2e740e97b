// Builds the SDK into sdk/dist unless it is there already, made from these very sources: examples run on what is shipped.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOf } from "./hash.mjs";
import { fail, findNode, ROOT, run, withLock } from "./project.mjs";

const BUILT = join(ROOT, "sdk", "dist", "index.js");
/** Beside the packages it was built with, and not in the folder that is packed. */
const STAMP = join(ROOT, "node_modules", ".cache", "parlance-sdk.stamp");
const SOURCES = ["sdk/src", "sdk/build", "sdk/tsconfig.build.json", "contract/src", "package-lock.json"];

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();

/** Before any test: the runner calls it. */
export async function setup() {
  if (!(await buildSdk())) fail("The SDK could not be built, see above.");
}

/** True when sdk/dist is good afterwards. Whoever reads it meanwhile is not disturbed by a build of the same. */
export function buildSdk() {
  if (isFresh()) return true;
  return withLock("build-sdk", async () => {
    if (isFresh()) return true;
    const stamp = hashOf(SOURCES);
    const node = findNode() ?? fail("Node 24 is missing: run `npm start`.");
    if ((await run(node, [join(ROOT, "sdk", "build", "build.ts")])) !== 0) return false;
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, stamp);
    return true;
  });
}

function isFresh() {
  return existsSync(BUILT) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === hashOf(SOURCES);
}
