import { type Load, type Loaded, loadProgram, type Script } from "./load.ts";
import type { Program } from "./program.ts";

/** Load whose connections go on with what the last answer gave, from one round to the next. */
export function chainedLoad(
  program: Program,
  work: Omit<Load, "port" | "seconds">,
): (seconds: number) => Promise<Loaded> {
  let scripts = work.scripts;
  return async (seconds) => {
    const result = await loadProgram(program, { ...work, scripts, seconds });
    scripts = scripts.map((script, at) => following(script, result.next[at]));
    return result;
  };
}

function following(script: Script, value: string | undefined): Script {
  return script.next && value !== undefined ? { ...script, next: { ...script.next, value } } : script;
}
