import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { PGliteDialect } from "kysely";
import { openPostgres } from "../../src/database/open-postgres.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FOLDER = join(ROOT, "node_modules", ".cache", "parlance-pglite");
const INT8 = 20;

/**
 * Opens an in-process Postgres with all tables and no rows. Making one takes 2.5 s and copying one 0.4 s, so the first is
 * stored until a migration changes; `npm ci` clears it away.
 */
export async function openMigratedPglite(): Promise<PGlite> {
  const template = join(FOLDER, `${templateVersion()}.tar`);
  if (!existsSync(template)) await makeTemplate(template);
  return PGlite.create({ ...options(), loadDataDir: new Blob([readFileSync(template)]) });
}

async function makeTemplate(path: string): Promise<void> {
  const pglite = await PGlite.create(options());
  const db = await openPostgres(new PGliteDialect({ pglite }));
  const dump = Buffer.from(await (await pglite.dumpDataDir("none")).arrayBuffer());
  await db.close();
  mkdirSync(FOLDER, { recursive: true });
  // Several workers may get here at once; a rename never shows a half-written file.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, dump);
  renameSync(draft, path);
  const outdated = readdirSync(FOLDER).filter((name) => !name.startsWith(basename(path)));
  for (const name of outdated) rmSync(join(FOLDER, name), { force: true });
}

function templateVersion(): string {
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json")));
  const database = join(ROOT, "server", "src", "database");
  const migrations = join(database, "migrations");
  const files = [
    join(database, "migrate.ts"),
    ...readdirSync(migrations).map((name) => join(migrations, name)),
  ];
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

function options() {
  return { parsers: { [INT8]: Number }, extensions: { pg_trgm } };
}
