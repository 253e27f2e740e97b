import type { Reader } from "../context.ts";
import type { Change } from "./contents.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";
import type { ChangesCut, Summary } from "./remembered.ts";
import { statusesBelow, textOf } from "./statuses.ts";
import { countHeldBack, selectTexts } from "./store.ts";
import { selectPlacedKeys } from "./store-history.ts";

/** Where few keys have a text, more of them are read for a page. */
const KEYS_AT_ONCE = 500;

/**
 * A language that is not published yet is known again by its revision, which rises with every write: its texts are
 * counted and not read. So a plan of it moves with any write, also one that changes nothing in the end.
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

/** None of its files is published, so nobody asks which of them differ. */
const ALL_NAMESPACES = "*";

export async function pageOfNew(
  snapshot: Reader,
  { project, statuses }: Pending,
  code: string,
  afterKeyId: string,
  limit: number,
): Promise<ChangesCut> {
  const items: Change[] = [];
  let keyId = afterKeyId;
  let [after] = afterKeyId ? await selectPlacedKeys(snapshot, project.id, [afterKeyId]) : [];
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
