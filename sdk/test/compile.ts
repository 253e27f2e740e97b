import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Packed, ROOT, run } from "./packed.ts";

/** The types of the Web, those of Node, and what the sources of this repository are compiled with. */
export const WEB = { lib: ["ES2023", "DOM", "DOM.AsyncIterable"] };
export const NODE = {
  ...{ lib: ["ES2023"], types: ["node"], typeRoots: [join(ROOT, "node_modules", "@types")] },
  ...{ module: "nodenext", moduleResolution: "nodenext" },
};
export const SOURCES = {
  ...{ ...NODE, lib: ["ES2024"], skipLibCheck: true },
  ...{ allowImportingTsExtensions: true, exactOptionalPropertyTypes: false },
};

const STRICT = {
  ...{
    strict: true,
    noEmit: true,
    target: "ES2023",
    module: "esnext",
    moduleResolution: "bundler",
    types: [],
  },
  ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
};

let programs = 0;

/** What the compiler says of a program in the folder where the package is installed, a line for each fault. */
export async function faultsOf({ folder }: Packed, program: string, options: object): Promise<string[]> {
  const name = `program-${++programs}`;
  writeFileSync(join(folder, `${name}.ts`), program);
  const config = { compilerOptions: { ...STRICT, ...options }, files: [`${name}.ts`] };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  try {
    await run(process.execPath, [tsc, "-p", `${name}.json`, "--pretty", "false"], { cwd: folder });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return stdout.split("\n").filter((line) => line.includes("error TS"));
  }
}
