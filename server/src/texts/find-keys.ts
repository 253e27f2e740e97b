import type { Reader } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { identity } from "./check-names.ts";
import type { Fault } from "./faults.ts";
import {
  type FoundKey,
  type KeyName,
  selectAllKeys,
  selectKey,
  selectKeysByIds,
  selectKeysByNames,
} from "./store-keys.ts";

export type { FoundKey, KeyName };
export type KeyReference = { id: string } | KeyName;

/** What a call is refused with whose item names a key that is not there. */
export function unknownKey(pointer: string, reference: KeyReference): Fault {
  return { pointer, code: "unknown_key", expected: "a key of the project", found: calledBy(reference) };
}

/** As the caller named it. */
export function calledBy(reference: KeyReference): string {
  return "id" in reference ? reference.id : `${reference.namespace}/${reference.name}`;
}

/** Throws `not_found` with the id when the project has no such key, or it is in the trash. */
export async function findKey(store: Reader, projectId: string, id: string): Promise<KeyTable> {
  const key = await selectKey(store, projectId, id.toLowerCase());
  if (!key) throw new ApiError("not_found", `The project has no key ${id}.`);
  return key;
}

/** Those that exist, in the trash or not, by id. */
export async function allKeysByIds(
  store: Reader,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, KeyTable>> {
  return new Map((await selectAllKeys(store, projectId, ids)).map((key) => [key.id, key]));
}

/** Looks up keys in bulk; the answer finds each by its reference. */
export async function findKeys(
  store: Reader,
  projectId: string,
  references: readonly KeyReference[],
): Promise<(reference: KeyReference) => FoundKey | undefined> {
  const ids = new Set<string>();
  const names = new Map<string, KeyName>();
  for (const reference of references) {
    if ("id" in reference) ids.add(reference.id.toLowerCase());
    else names.set(identity(reference), reference);
  }
  const byId = new Map((await selectKeysByIds(store, projectId, [...ids])).map((key) => [key.id, key]));
  const named = await selectKeysByNames(store, projectId, [...names.values()]);
  const byName = new Map(named.map((key) => [identity(key), key]));
  return (reference) =>
    "id" in reference ? byId.get(reference.id.toLowerCase()) : byName.get(identity(reference));
}
