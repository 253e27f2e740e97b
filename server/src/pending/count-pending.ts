import type { Reader } from "../context.ts";
import type { Change, ChangeReader } from "./change.ts";
import { identityOf } from "./key-name.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";
import { selectTrash, type TrashedKey } from "./store.ts";

/** So many keys of the trash, the last deleted ones, are looked at for the names of texts that go away. */
const MOST_TRASH = 5000;

/** What a publish would change, as people count it: texts, deleted keys and languages, each once. */
export interface PendingCounts {
  /** Texts that are new, different or gone, by the code of a language that is published then. */
  texts: ReadonlyMap<string, number>;
  /** By identity: published keys that are in the trash; their texts are not counted as texts. */
  deletedKeys: ReadonlyMap<string, TrashedKey>;
  /** Languages that the release has and the one before does not, and the other way round. */
  languages: { added: string[]; dropped: string[] };
  hasNewSource: boolean;
  /** More keys were deleted than were looked at: some of their texts are counted as texts. */
  isCut: boolean;
}

/** Counts what a publish would change, in the snapshot that the reader reads. */
export async function countPending(
  snapshot: Reader,
  pending: Pending,
  reader: ChangeReader,
): Promise<PendingCounts> {
  const { base, compared, languages, project } = pending;
  const removed = await readRemoved(pending, reader);
  const trash = removed.size > 0 ? await selectTrash(snapshot, project.id, MOST_TRASH + 1) : [];
  const deletedKeys = findDeleted(trash.slice(0, MOST_TRASH), removed);
  const texts = new Map<string, number>();
  for (const { code, revision } of compared) {
    if (revision === undefined) continue;
    const { added, changed, removed: gone } = await reader.summary(code);
    const ofDeleted = (removed.get(code) ?? []).filter((change) => deletedKeys.has(identityOf(change)));
    const count = added + changed + gone - ofDeleted.length;
    if (count > 0) texts.set(code, count);
  }
  return {
    texts,
    deletedKeys,
    languages: {
      added: languages.filter(({ before }) => !before).map(({ code }) => code),
      dropped: compared.filter(isDropped).map(({ code }) => code),
    },
    hasNewSource: base !== undefined && base.sourceLanguage !== project.sourceLanguage,
    isCut: trash.length > MOST_TRASH,
  };
}

/** How many texts are counted, and how many changes of languages. */
export function sumsOf({ texts, deletedKeys, languages, hasNewSource }: PendingCounts) {
  const { added, dropped } = languages;
  return {
    texts: [...texts.values()].reduce((sum, count) => sum + count, 0),
    deletedKeys: deletedKeys.size,
    languages: added.length + dropped.length + (hasNewSource ? 1 : 0),
  };
}

function isDropped({ revision }: PendingLanguage): boolean {
  return revision === undefined;
}

/** The texts that go away, by language; of a language that goes as a whole, none. */
async function readRemoved(pending: Pending, reader: ChangeReader): Promise<Map<string, Change[]>> {
  const removed = new Map<string, Change[]>();
  for (const language of pending.compared) {
    const { code } = language;
    if (isDropped(language) || (await reader.summary(code)).removed === 0) continue;
    removed.set(
      code,
      (await reader.changes(code)).filter(({ after }) => after === null),
    );
  }
  return removed;
}

/** Keys of the trash whose texts go away, unless a key of the same name lives on. */
function findDeleted(
  trash: Awaited<ReturnType<typeof selectTrash>>,
  removed: ReadonlyMap<string, readonly Change[]>,
): Map<string, TrashedKey> {
  const gone = new Set([...removed.values()].flatMap((changes) => changes.map(identityOf)));
  const found = new Map<string, TrashedKey>();
  for (const { successorId, ...key } of trash) {
    const identity = identityOf(key);
    if (successorId === null && gone.has(identity) && !found.has(identity)) found.set(identity, key);
  }
  return found;
}
