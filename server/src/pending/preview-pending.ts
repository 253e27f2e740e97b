import type { Reader } from "../context.ts";
import type { TranslationTable } from "../database/schema.ts";
import { findKeys } from "../texts/find-keys.ts";
import type { Change, ChangeReader } from "./change.ts";
import type { PendingCounts } from "./count-pending.ts";
import { identityOf, type KeyName } from "./key-name.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";
import { textOf } from "./statuses.ts";
import { selectTexts } from "./store.ts";
import { selectValues } from "./store-history.ts";

const MOST_LANGUAGES = 20;
const MOST_TEXTS = 10;
const MOST_DELETED = 50;
/** Of a language that is not published yet, only so many keys are looked at. */
const KEYS_LOOKED_AT = 500;

/** A text that would change. */
export interface PreviewedText extends KeyName {
  /** Null when no key is called so any more. */
  keyId: string | null;
  /** Null when it goes away. */
  text: string | null;
  /** Of the text as it is now; null when there is none. */
  status: TranslationTable["status"] | null;
}

interface Preview {
  /** A few texts of each of the first languages. */
  texts: ReadonlyMap<string, PreviewedText[]>;
  /** The first deleted keys, each with its source text as it is published. */
  deletedKeys: (KeyName & { id: string; source: string | null })[];
}

/** Reads some of what is counted, so that the work does not grow with it. */
export async function previewPending(
  snapshot: Reader,
  pending: Pending,
  reader: ChangeReader,
  counts: PendingCounts,
): Promise<Preview> {
  const texts = new Map<string, PreviewedText[]>();
  const counted = pending.compared.filter(({ code }) => counts.texts.has(code));
  for (const language of counted.slice(0, MOST_LANGUAGES)) {
    const { code, before } = language;
    const some = before
      ? await previewChanges(snapshot, pending.project.id, code, await changesOf(reader, code, counts))
      : await previewNew(snapshot, pending, language);
    texts.set(code, some);
  }
  return { texts, deletedKeys: await previewDeleted(pending, reader, counts) };
}

async function changesOf(reader: ChangeReader, code: string, { deletedKeys }: PendingCounts) {
  const some: Change[] = [];
  for (const change of await reader.changes(code)) {
    if (change.after === null && deletedKeys.has(identityOf(change))) continue;
    some.push(change);
    if (some.length === MOST_TEXTS) break;
  }
  return some;
}

async function previewChanges(
  snapshot: Reader,
  projectId: string,
  code: string,
  changes: readonly Change[],
): Promise<PreviewedText[]> {
  const keyOf = await findKeys(
    snapshot,
    projectId,
    changes.map(({ namespace, name }) => ({ namespace, name })),
  );
  const ids = changes.flatMap(({ namespace, name }) => keyOf({ namespace, name })?.id ?? []);
  const values = await selectValues(snapshot, ids, [code]);
  const statuses = new Map(values.map(({ keyId, status }) => [keyId, status]));
  return changes.map(({ namespace, name, after }) => {
    const keyId = keyOf({ namespace, name })?.id ?? null;
    return { keyId, namespace, name, text: after, status: statuses.get(keyId ?? "") ?? null };
  });
}

async function previewNew(
  snapshot: Reader,
  { project, statuses }: Pending,
  { code }: PendingLanguage,
): Promise<PreviewedText[]> {
  const query = { projectId: project.id, code, after: undefined, limit: KEYS_LOOKED_AT };
  const some: PreviewedText[] = [];
  for (const { id, namespace, name, ...value } of await selectTexts(snapshot, query)) {
    const text = textOf(value, statuses);
    if (text === null) continue;
    some.push({ keyId: id, namespace, name, text, status: value.status as PreviewedText["status"] });
    if (some.length === MOST_TEXTS) break;
  }
  return some;
}

async function previewDeleted({ project, compared }: Pending, reader: ChangeReader, counts: PendingCounts) {
  const some = [...counts.deletedKeys].slice(0, MOST_DELETED);
  const isCompared = compared.some(({ code, revision }) => code === project.sourceLanguage && revision);
  const changes = some.length > 0 && isCompared ? await reader.changes(project.sourceLanguage) : [];
  const wanted = new Set(some.map(([identity]) => identity));
  const sources = new Map(
    changes
      .filter((change) => change.after === null && wanted.has(identityOf(change)))
      .map((change) => [identityOf(change), change.before]),
  );
  return some.map(([identity, { id, namespace, name }]) => {
    return { id, namespace, name, source: sources.get(identity) ?? null };
  });
}
