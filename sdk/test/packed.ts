import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";

export const ROOT = join(import.meta.dirname, "..", "..");
export const PACKAGE = join(ROOT, "sdk");
export const run = promisify(execFile);

/** The package as it is shipped, installed in a folder that has nothing else. */
export interface Packed {
  folder: string;
  /** Where it is installed. */
  installed: string;
  tarball: string;
  /** What it holds. */
  paths: string[];
}

export async function packAndInstall(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-sdk-"));
  const built = join(folder, "built");
  await run(process.execPath, [join(PACKAGE, "build", "build.ts"), built]);
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder, built]);
  // Versions of npm answer a list, or an object by name.
  const answer: unknown = JSON.parse(stdout);
  const [packed] = Object.values(answer as object) as [{ files: { path: string }[] }];
  const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${file}`], { cwd: folder });
  return {
    folder,
    installed: join(folder, "node_modules", "@parlance", "sdk"),
    tarball: join(folder, file),
    paths: packed.files.map(({ path }) => path),
  };
}

/** A program of a partner, bundled and made small as it would be sent. */
export async function bundled({ folder }: Packed, program: string): Promise<string> {
  const entry = join(folder, "entry.js");
  writeFileSync(entry, program);
  const bundle = await rolldown({ input: entry, cwd: folder });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  return output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("");
}
