import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor } from "../platform/cursor.ts";
import type { KeyName } from "../texts/find-keys.ts";
import { type ListPosition, selectKeyNames, selectListPosition } from "./store.ts";

/**
 * The position after which a list of keys goes on. A cursor holds the key's id, because a name may be longer than a
 * cursor. `more` are further sort values that the list adds to its cursor, and `rest` is what the cursor has of them.
 * Throws `invalid_request` for a cursor that no list gave.
 */
export async function findListPosition(
  store: Reader,
  projectId: string,
  cursor: string | undefined,
  more: readonly "string"[] = [],
): Promise<{ after: ListPosition | undefined; rest: string[] }> {
  const values = decodeCursor(cursor, ["string", ...more]);
  if (!values) return { after: undefined, rest: [] };
  const [keyId, ...rest] = values.map(String);
  const after = await selectListPosition(store, projectId, keyId ?? "");
  if (!after) throw new ApiError("invalid_request", "The cursor is not one that this list gave.");
  return { after, rest };
}

/** Live keys after a position, in the order of lists, with what names them. */
export function keysAfter(
  store: Reader,
  filter: { projectId: string; namespace: string | undefined; ids: readonly string[] | undefined },
  after: KeyName | undefined,
  limit: number,
): Promise<(KeyName & { id: string })[]> {
  return selectKeyNames(store, filter, after, limit);
}
