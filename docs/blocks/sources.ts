import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sources } from "./fill.ts";
import { TABLES } from "./tables.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "docs/guides");

export const SOURCES: Sources = { read: (path) => readFileSync(join(ROOT, path), "utf8"), tables: TABLES };

/** The absolute path of every guide. */
export function guideFiles(): string[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
  return names.sort().map((name) => join(FOLDER, name));
}
