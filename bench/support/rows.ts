import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./row.ts";

const FOLDER = join(import.meta.dirname, "../rows");

/** The rows of these names, or all. Each is a file of its own. Throws for a name without a file. */
export async function findRows(names: readonly string[] = []): Promise<Row[]> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ts"));
  const known = files.map((file) => file.slice(0, -".ts".length)).sort();
  const missing = names.find((name) => !known.includes(name));
  if (missing) throw new Error(`There is no row ${missing}; there are ${known.join(", ")}.`);
  const chosen = names.length > 0 ? names : known;
  return Promise.all(
    chosen.map(async (name) => ((await import(join(FOLDER, `${name}.ts`))) as { row: Row }).row),
  );
}
