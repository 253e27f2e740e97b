// Tells whether something that was made is still what its sources would make.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./project.mjs";

/** A hash of the content of files, and of all files below folders, by their paths from the root. */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((path) => filesIn(join(ROOT, path))).sort())
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
