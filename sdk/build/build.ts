// Builds the package into sdk/dist, or where the argument says: plain modules for any runtime, and declarations that need
// nothing else. `npm pack` of that folder makes what partners install; here the sources are the package.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ERRORS } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS } from "@parlance/contract/operations";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { rolldown } from "rolldown";
import { TABLE } from "../src/table.ts";
import { declarations } from "./declarations.ts";
import { tableAsValue } from "./table-as-value.ts";

const FOLDER = join(import.meta.dirname, "..");
const DIST = resolve(process.argv[2] ?? join(FOLDER, "dist"));
const CONTRACT = join(FOLDER, "..", "contract", "src");

rmSync(DIST, { recursive: true, force: true });
await writeModules();
await writeDoctor();
writeDeclarations();
writeManifest();

/** A module of ours stays a module, so that a bundler takes what a program uses and leaves the rest. */
async function writeModules(): Promise<void> {
  const bundle = await rolldown({
    input: { index: join(FOLDER, "src/index.ts"), "stores/index": join(FOLDER, "src/stores/index.ts") },
    platform: "neutral",
    plugins: [tableAsValue()],
  });
  await bundle.write({
    dir: DIST,
    format: "esm",
    preserveModules: true,
    preserveModulesRoot: join(FOLDER, "src"),
    entryFileNames: "[name].js",
  });
  await bundle.close();
}

/** The command is one file for Node, so that no module of what partners run is a part of it. */
async function writeDoctor(): Promise<void> {
  const bundle = await rolldown({ input: join(FOLDER, "doctor/main.ts"), platform: "node" });
  await bundle.write({ file: join(DIST, "doctor.js"), format: "esm" });
  await bundle.close();
}

function writeDeclarations(): void {
  const tsc = join(FOLDER, "..", "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", join(FOLDER, "tsconfig.build.json"), "--outDir", DIST], {
    stdio: "inherit",
  });
  writeFileSync(join(DIST, "contract.d.ts"), contractDeclarations());
  // The compiler leaves the sources' endings in them.
  for (const path of readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".d.ts"),
  )) {
    const text = readFileSync(join(DIST, path), "utf8");
    writeFileSync(join(DIST, path), text.replaceAll(/(from "\.[^"]+)\.ts"/g, '$1.js"'));
  }
}

/** What people and programs read of the package, without what only this repository needs. */
function writeManifest(): void {
  const {
    scripts: _,
    devDependencies: _d,
    exports: sources,
    ...manifest
  } = readJson(join(FOLDER, "package.json"));
  const exports = Object.entries(sources as Record<string, string>).map(([name, source]) => {
    const built = source.replace("/src/", "/").replace(/\.ts$/, "");
    return [name, { types: `${built}.d.ts`, default: `${built}.js` }];
  });
  const whole = {
    ...manifest,
    bin: { "parlance-doctor": "doctor.js" },
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
  };
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify(whole, null, 2)}\n`);
  copyFileSync(join(FOLDER, "README.md"), join(DIST, "README.md"));
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Interfaces without schemas are taken as the contract writes them. */
function contractDeclarations(): string {
  const names = new Set(Object.keys(TABLE));
  const operations = Object.fromEntries(
    Object.entries<Operation>(OPERATIONS).filter(([name]) => names.has(name)),
  );
  return [
    declarations(operations, {
      Scope: { about: "What a user can allow an app to do.", members: ALL_SCOPES },
      ErrorCode: { about: "Why the server refuses: stable, to switch on.", members: Object.keys(ERRORS) },
    }),
    ...["MessageFault", "Collision", "FieldError"].map((name) => declared(name, "errors.ts")),
    ...["FileEntry", "Manifest"].map((name) => declared(name, "cdn.ts")),
  ].join("");
}

/** An interface with its comment, out of a module of the contract. */
function declared(name: string, file: string): string {
  const source = readFileSync(join(CONTRACT, file), "utf8");
  const found = new RegExp(
    `(?:/\\*\\*(?:(?!\\*/)[^])*\\*/\\n)?(?:export )?interface ${name} [^]*?\\n}\\n`,
  ).exec(source);
  if (!found) throw new Error(`${file} declares no ${name}`);
  return found[0].includes("export ") ? found[0] : found[0].replace("interface ", "export interface ");
}
