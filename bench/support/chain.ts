import { type Load, loadProgram, type Script } from "./load.ts";
import type { Program } from "./program.ts";
import type { Runner } from "./throughput.ts";

/** Load whose connections go on with what the last answer gave, from one round to the next. */
export function chainedLoad(program: Program, work: Omit<Load, "port" | "seconds">): Runner {
  let scripts = work.scripts;
  return async (extent) => {
    const result = await loadProgram(program, { ...work, scripts, ...extent });
    scripts = scripts.map((script, at) => following(script, result.next[at]));
    return result;
  };
}

function following(script: Script, value: string | undefined): Script {
  return script.next && value !== undefined ? { ...script, next: { ...script.next, value } } : script;
}
