import type { Reader } from "../context.ts";
import type { Change, ChangesPart, Summary } from "./change.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";
import { statusesBelow, textOf } from "./statuses.ts";
import { countHeldBack, selectTexts } from "./store.ts";
import { selectNamedKeys } from "./store-history.ts";

/** More keys are read for a page where only a few of them have a text. */
const KEYS_AT_ONCE = 500;

/**
 * Counts the texts of a language that is not published yet, without reading them. Its digest is its revision, which rises
 * with every write, so that a plan of it moves with any write, also with one that changes nothing in the end.
 */
export async function summarizeNew(
  snapshot: Reader,
  { project, statuses }: Pending,
  { code, revision = 0, valueCount }: PendingLanguage,
): Promise<Summary> {
  const added = valueCount - (await countHeldBack(snapshot, project.id, code, statusesBelow(statuses)));
  const namespaces = added > 0 ? [ALL_NAMESPACES] : [];
  return { language: code, added, changed: 0, removed: 0, digest: `revision ${revision}`, namespaces };
}

/** None of the language's files is published, so it does not matter which of them differ. */
const ALL_NAMESPACES = "*";

/** One page of the same texts, all of them new. A page starts after the last key of the one before it. */
export async function readPageOfNew(
  snapshot: Reader,
  { project, statuses }: Pending,
  code: string,
  afterKeyId: string,
  limit: number,
): Promise<ChangesPart> {
  const items: Change[] = [];
  let keyId = afterKeyId;
  let [after] = afterKeyId ? await selectNamedKeys(snapshot, project.id, [afterKeyId]) : [];
  for (;;) {
    const query = { projectId: project.id, code, after, limit: KEYS_AT_ONCE };
    const keys = await selectTexts(snapshot, query);
    for (const { id, namespace, name, ...value } of keys) {
      const text = textOf(value, statuses);
      if (text === null) continue;
      items.push({ language: code, namespace, name, before: null, after: text });
      keyId = id;
      if (items.length === limit) return { items, keyId };
    }
    const last = keys.at(-1);
    if (!last || keys.length < KEYS_AT_ONCE) return { items, keyId };
    after = { ...last, deletedAt: null };
  }
}
