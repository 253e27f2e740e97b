import type { Database } from "../database/open.ts";
import { byPlace, type Change, placeOf } from "./contents.ts";
import { statusesFrom } from "./statuses.ts";
import { selectActiveLanguages, selectPublishSettings } from "./store.ts";
import { toldChanges } from "./told-changes.ts";

/**
 * What differs between two revisions of a language that releases show, from what each differs from now; undefined when
 * history does not tell that of both.
 */
export function toldBetween(
  db: Database,
  { projectId, code, before, after }: { projectId: string; code: string; before: number; after: number },
): Promise<Change[] | undefined> {
  return db.snapshot(async (snapshot) => {
    const language = (await selectActiveLanguages(snapshot, projectId)).find((row) => row.code === code);
    if (!language) return undefined;
    const { publishFrom } = await selectPublishSettings(snapshot, projectId);
    const statuses = statusesFrom(publishFrom);
    const untilNow = async (since: number) => {
      const span = { code, since, revision: language.revision };
      return (await toldChanges(snapshot, projectId, statuses, [span])).get(code);
    };
    const fromBefore = await untilNow(before);
    const fromAfter = fromBefore && (await untilNow(after));
    return fromAfter && between(fromBefore, fromAfter);
  });
}

/** A text that one of them does not name is what it is now, which the other says. */
function between(fromBefore: readonly Change[], fromAfter: readonly Change[]): Change[] {
  const places = new Map<string, Change>();
  for (const change of fromBefore) places.set(placeOf(change), change);
  for (const change of fromAfter) {
    const before = places.get(placeOf(change));
    places.set(placeOf(change), {
      ...change,
      before: before ? before.before : change.after,
      after: change.before,
    });
  }
  return [...places.values()].filter(({ before, after }) => before !== after).sort(byPlace);
}
