import type { ReadCall } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { KeyName } from "../texts/find-keys.ts";
import { selectKeyAhead, selectKeyNames, selectKeysWithText } from "./store.ts";

/** One statement passes over so many keys. */
const KEYS_AT_ONCE = 10_000;
/** A page begins no deeper in its namespace. */
const MOST_PASSED_OVER = 100_000;

export type NamedKey = KeyName & {
  id: string;
  /** In the language that was asked for, where it was read with the key; null where there is none. */
  text?: string | null;
};

interface Counted {
  name: string;
  keyCount: number;
}

/**
 * A page, by its number, of all keys in these namespaces, which stand in the order of lists with how many keys each has.
 * Counters say in which one it begins. Throws `invalid_request` for a page that begins too deep in it.
 *
 * @param areAll whether the project has no other namespaces
 * @param language of the texts that may be read with the keys, which saves a statement
 */
export async function pageByNumber(
  call: ReadCall,
  projectId: string,
  { namespaces, areAll }: { namespaces: readonly Counted[]; areAll: boolean },
  { skip, limit, language }: { skip: number; limit: number; language: string | undefined },
): Promise<NamedKey[]> {
  const { index, left } = beginning(namespaces, skip);
  const first = namespaces[index];
  if (!first) return [];
  const start = await positionIn(call, projectId, first.name, left);
  const listed = (namespace: string | undefined, after: KeyName | undefined, most: number) =>
    selectKeyNames(call.store, { projectId, namespace, ids: undefined }, after, most);
  if (areAll && language !== undefined) {
    return selectKeysWithText(call.store, projectId, language, start, limit);
  }
  if (areAll) return listed(undefined, start, limit);
  const keys = await listed(first.name, start, limit);
  for (const { name } of namespaces.slice(index + 1)) {
    if (keys.length >= limit) break;
    keys.push(...(await listed(name, undefined, limit - keys.length)));
  }
  return keys;
}

/** Pure: the namespace that holds the key after so many, and how many of its own stand before that. */
function beginning(namespaces: readonly Counted[], skip: number): { index: number; left: number } {
  let left = skip;
  for (const [index, { keyCount }] of namespaces.entries()) {
    if (left < keyCount) return { index, left };
    left -= keyCount;
  }
  return { index: namespaces.length, left };
}

/** The position after so many keys of a namespace. */
async function positionIn(
  { store }: ReadCall,
  projectId: string,
  namespace: string,
  distance: number,
): Promise<KeyName> {
  if (distance > MOST_PASSED_OVER) throw tooDeep();
  // No name is empty, so that every key of the namespace stands behind this.
  let position: KeyName = { namespace, name: "" };
  for (let left = distance; left > 0; left -= KEYS_AT_ONCE) {
    const ahead = await selectKeyAhead(
      store,
      { projectId, namespace },
      position,
      Math.min(left, KEYS_AT_ONCE),
    );
    // Keys went since they were counted.
    if (!ahead) return { namespace, name: "\u{10ffff}" };
    position = ahead;
  }
  return position;
}

function tooDeep(): ApiError {
  const expected = `a page that begins within ${MOST_PASSED_OVER} keys of its namespace`;
  return new ApiError("invalid_request", `The field /page is not right: ${expected}. Narrow with search.`, {
    errors: [{ pointer: "/page", code: "too_big", expected }],
  });
}
