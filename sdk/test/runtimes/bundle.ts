// As a command, `node bundle.ts in-a-page`: prints the program.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RolldownOptions, rolldown } from "rolldown";
import { tableAsValue } from "../../build/table-as-value.ts";

const SOURCES = join(import.meta.dirname, "..", "..", "src");
const RUNNER = join(import.meta.dirname, "small-runner.ts");

/** A program of this folder as one module for any runtime, with the SDK as it is shipped. */
export function bundled(program: "in-process" | "at-the-edge" | "in-a-page"): Promise<string> {
  const input = join(import.meta.dirname, `${program}.ts`);
  return oneModule({ input, plugins: [tableAsValue()] });
}

/** A process of `../crowd`: twenty of them start in the time that two need to read the contract's schemas. */
export function bundledProcess(): Promise<string> {
  const input = join(import.meta.dirname, "..", "crowd", "process.ts");
  return oneModule({ input, external: /^node:/, plugins: [tableAsValue()] });
}

/**
 * The tests beside the sources as one module, whose `run` answers how they went. Those of `stores/` ask databases that
 * only newer Node brings, and those that hold time back need vitest itself: they run there.
 */
export function bundledTests(): Promise<string> {
  const names = readdirSync(SOURCES).filter((name) => name.endsWith(".test.ts") && !holdsTime(name));
  const lines = names.map(
    (name) => `await read(${JSON.stringify(name)}, () => import("${join(SOURCES, name)}"));`,
  );
  const entry = `import { file, run } from ${JSON.stringify(RUNNER)};
    const read = async (name, load) => { file(name); await load(); };
    ${lines.join("\n")}
    export { run };`;
  return oneModule({
    input: "entry",
    plugins: [
      {
        name: "tests",
        resolveId: (id) => (id === "entry" ? id : id === "vitest" ? RUNNER : undefined),
        load: (id) => (id === "entry" ? entry : undefined),
      },
    ],
  });
}

function holdsTime(name: string): boolean {
  return readFileSync(join(SOURCES, name), "utf8").includes("useFakeTimers");
}

async function oneModule(options: RolldownOptions): Promise<string> {
  const bundle = await rolldown({ platform: "neutral", ...options });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  await bundle.close();
  return output[0].code;
}

if (import.meta.main) console.log(await bundled(process.argv[2] as "in-a-page"));
