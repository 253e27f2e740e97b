import type { Database } from "../database/open.ts";
import type { Change } from "./change.ts";
import { readChangesSince } from "./changes-since.ts";
import { byKeyName, identityOf } from "./key-name.ts";
import { statusesFrom } from "./statuses.ts";
import { selectActiveLanguages, selectPublishSettings } from "./store.ts";

/**
 * Reads from history what differs between two revisions of a language that releases show, by what each of them differs
 * from now. Undefined when history does not say that of both, or language or project is gone.
 */
export function readChangesBetween(
  db: Database,
  { projectId, code, before, after }: { projectId: string; code: string; before: number; after: number },
): Promise<Change[] | undefined> {
  return db.snapshot(async (snapshot) => {
    const language = (await selectActiveLanguages(snapshot, projectId)).find((row) => row.code === code);
    const settings = await selectPublishSettings(snapshot, projectId);
    if (!language || !settings) return undefined;
    const statuses = statusesFrom(settings.publishFrom);
    const untilNow = async (since: number) => {
      const span = { code, since, revision: language.revision };
      return (await readChangesSince(snapshot, projectId, statuses, [span])).get(code);
    };
    const fromBefore = await untilNow(before);
    const fromAfter = fromBefore && (await untilNow(after));
    return fromAfter && between(fromBefore, fromAfter);
  });
}

/** A text that one list does not name is what it is now, and the other list names that. */
function between(fromBefore: readonly Change[], fromAfter: readonly Change[]): Change[] {
  const changes = new Map<string, Change>();
  for (const change of fromBefore) changes.set(identityOf(change), change);
  for (const change of fromAfter) {
    const before = changes.get(identityOf(change));
    changes.set(identityOf(change), {
      ...change,
      before: before ? before.before : change.after,
      after: change.before,
    });
  }
  return [...changes.values()].filter(({ before, after }) => before !== after).sort(byKeyName);
}
