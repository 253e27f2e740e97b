import type { Input, Output } from "@parlance/contract/operations";
import type { Call } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { type KeyName, placeOf } from "../keys/find-keys.ts";
import { iso } from "../platform/clock.ts";
import { encodeCursor } from "../platform/cursor.ts";
import { languagesOf } from "../projects/languages.ts";
import { needLanguageOf } from "./find-language.ts";
import { selectKeyNames, selectValuesOfKeys } from "./store-lists.ts";

/** A page looks at so many keys at most, and the next one goes on from there. */
const MOST_KEYS = 2500;
const MOST_KEYS_AT_ONCE = 1000;
/** Stands behind every language code. */
const LAST_LANGUAGE = "~";

type Value = Output<"values.list">["items"][number];
type NamedKey = KeyName & { id: string };

/**
 * A page of values in the order of their keys. Keys are read first and their values by primary key, so that the work of
 * a page does not grow with the project; where few keys have a value, a page may hold fewer than asked although its
 * `nextCursor` leads on.
 */
export async function listValues(
  call: Call,
  project: ProjectTable,
  { namespace, keyIds, limit, cursor, language }: Input<"values.list">,
): Promise<Output<"values.list">> {
  const known = await languagesOf(call.store, project.id);
  const languages = language ? [needLanguageOf(known, language, "/language")] : [...known.keys()];
  const filter = { projectId: project.id, namespace, ids: keyIds?.split(",") };
  const { after, rest } = await placeOf(call.store, project.id, cursor, ["string"]);
  // The page before may have ended between two values of a key.
  const started = after && after.deletedAt === null ? await valuesOf(call, [after], languages) : [];
  const items = started.filter((value) => value.language > (rest[0] ?? ""));
  let place: NamedKey | undefined = after;
  let atOnce = Math.ceil((limit + 1) / languages.length);
  for (let looked = 0; looked < MOST_KEYS && items.length <= limit; looked += atOnce) {
    atOnce = looked === 0 ? atOnce : Math.min(atOnce * 2, MOST_KEYS_AT_ONCE);
    const keys = await selectKeyNames(call.store, filter, place, atOnce);
    items.push(...(await valuesOf(call, keys, languages)));
    place = keys.at(-1);
    if (keys.length < atOnce) return cut(items, limit, null);
  }
  return cut(items, limit, place ? encodeCursor([place.id, LAST_LANGUAGE]) : null);
}

async function valuesOf(
  call: Call,
  keys: readonly NamedKey[],
  languages: readonly string[],
): Promise<Value[]> {
  if (keys.length === 0) return [];
  const keyIds = keys.map((key) => key.id);
  const byKey = Map.groupBy(await selectValuesOfKeys(call.store, keyIds, languages), (row) => row.keyId);
  return keys.flatMap(({ id: keyId, namespace, name }) =>
    (byKey.get(keyId) ?? [])
      .toSorted((one, other) => (one.language < other.language ? -1 : 1))
      .map(({ language, text, status, revision, outdatedAt, updatedAt }) => ({
        ...{ keyId, namespace, name, language, text, status, revision },
        outdated: outdatedAt !== null,
        updatedAt: iso(updatedAt),
      })),
  );
}

/** `otherwise` is where to go on when there are no more items than fit. */
function cut(items: readonly Value[], limit: number, otherwise: string | null): Output<"values.list"> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = items.length > limit && last ? encodeCursor([last.keyId, last.language]) : otherwise;
  return { items: shown, nextCursor };
}
