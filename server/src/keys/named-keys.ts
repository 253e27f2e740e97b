import type { Reader } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import type { Fault } from "../texts/faults.ts";
import { calledBy, type FoundKey, findKeys, type KeyReference, unknownKey } from "../texts/find-keys.ts";

/**
 * The live keys that a bulk call names, in its order. Faults name every item whose key is unknown or was named before;
 * with any of them the keys are not complete.
 */
export async function findNamedKeys(
  store: Reader,
  project: ProjectTable,
  references: readonly KeyReference[],
  pointerOf = (index: number) => `/keys/${index}`,
): Promise<{ keys: FoundKey[]; faults: Fault[] }> {
  const keyOf = await findKeys(store, project.id, references);
  const found = new Map<string, FoundKey>();
  const faults: Fault[] = [];
  for (const [index, reference] of references.entries()) {
    const pointer = pointerOf(index);
    const key = keyOf(reference);
    if (!key) faults.push(unknownKey(pointer, reference));
    else if (found.has(key.id)) faults.push(namedTwice(pointer, calledBy(reference)));
    else found.set(key.id, key);
  }
  return { keys: [...found.values()], faults };
}

export function namedTwice(pointer: string, found: string): Fault {
  return { pointer, code: "duplicate", expected: "each key once in a call", found };
}
