import type { Reader, WriteWork } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { findNameFaults } from "./check-new-keys.ts";
import { type Fault, refuseFaults } from "./faults.ts";
import { calledBy, type FoundKey, findKeys, type KeyReference, unknownKey } from "./find-keys.ts";
import { moveKeys, selectDeletedKeys } from "./store.ts";
import { tellOfKeys } from "./tell-of-keys.ts";

/** The live keys that were named, each once, or `not_found` and `conflict` with every item. */
export async function needKeys(
  store: Reader,
  project: ProjectTable,
  references: readonly KeyReference[],
  pointerOf = (index: number) => `/keys/${index}`,
): Promise<FoundKey[]> {
  const keyOf = await findKeys(store, project.id, references);
  const found = new Map<string, FoundKey>();
  const faults: Fault[] = [];
  for (const [index, reference] of references.entries()) {
    const pointer = pointerOf(index);
    const key = keyOf(reference);
    if (!key) faults.push(unknownKey(pointer, reference));
    else if (found.has(key.id)) {
      const named = calledBy(reference);
      faults.push({ pointer, code: "duplicate", expected: "each key once in a call", found: named });
    } else found.set(key.id, key);
  }
  refuseFaults(faults);
  return [...found.values()];
}

/**
 * The keys of the trash with these ids, or why they cannot come back: `not_found` where there is none, `conflict` where
 * the name was taken meanwhile or collides.
 */
export async function needDeletedKeys(
  store: Reader,
  project: ProjectTable,
  ids: readonly string[],
): Promise<KeyTable[]> {
  const wanted = ids.map((id) => id.toLowerCase());
  const found = new Map((await selectDeletedKeys(store, project.id, wanted)).map((key) => [key.id, key]));
  const pointerOf = (index: number) => `/ids/${index}`;
  refuseFaults(
    wanted.flatMap((id, index): Fault[] => {
      const pointer = pointerOf(index);
      if (!found.has(id)) return [{ pointer, code: "unknown_key", expected: "a deleted key", found: id }];
      if (wanted.indexOf(id) === index) return [];
      return [{ pointer, code: "duplicate", expected: "each key once in a call", found: id }];
    }),
  );
  const keys = wanted.map((id) => found.get(id) as KeyTable);
  refuseFaults(await findNameFaults(store, project, keys, { pointerOf }));
  return keys;
}

/** Stores that keys went to the trash, or came back. To be called under the project's write lock. */
export async function moveToTrash(
  call: WriteWork,
  project: ProjectTable,
  organizationSlug: string,
  keys: readonly FoundKey[],
): Promise<void> {
  await moveKeys(call.store, keys.map(idOf), call.now, call.now);
  await tellOfKeys(call, project, organizationSlug, "keys.deleted", keys);
}

export async function takeFromTrash(
  call: WriteWork,
  project: ProjectTable,
  organizationSlug: string,
  keys: readonly FoundKey[],
): Promise<void> {
  await moveKeys(call.store, keys.map(idOf), null, call.now);
  await tellOfKeys(call, project, organizationSlug, "keys.created", keys);
}

function idOf(key: FoundKey): string {
  return key.id;
}
