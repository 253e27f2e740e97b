import { lastRevisions } from "../changes/find-changeset.ts";
import { type GrowingChangeset, growChangeset } from "../changes/grow-changeset.ts";
import { type Change, recordChangeset } from "../changes/record-changeset.ts";
import type { WriteWork } from "../context.ts";
import type { ProjectTable, TranslationTable } from "../database/schema.ts";
import { countValues } from "../projects/write-lock.ts";
import { announce } from "../webhooks/announce.ts";
import { type Current, deleteTranslations, markOutdated, upsertTranslations } from "./store.ts";

export interface ValueWrite {
  keyId: string;
  language: string;
  text: string;
  status: TranslationTable["status"];
  /** What stands there now. */
  before: Current | undefined;
  /** Since when it does not fit its source text; what is written newly does. */
  outdatedAt?: number | null;
}

interface Work {
  /** Of the changeset, where it was named before. */
  id?: string;
  message: string | undefined;
  /** Changes of keys that belong to the same changeset. */
  keyChanges: readonly Change[];
  writes: readonly ValueWrite[];
  /** What stands there now and is to go. */
  removals?: readonly Current[];
  /** Of a writer that needs many transactions, and tells of the values itself when it is through. */
  into?: GrowingChangeset;
}

/** Stores values under one changeset with history, counters and events, and returns the changeset's id. */
export async function writeValues(
  call: WriteWork,
  project: ProjectTable,
  organizationSlug: string,
  { id, message, keyChanges, writes: wanted, removals = [], into }: Work,
): Promise<string> {
  const writes = await numbered(call, keyChanges, wanted);
  const changes = [...keyChanges, ...writes.map(changeOf), ...removals.map(removalOf)];
  const changesetId = into?.id ?? (await recordChangeset(call, project, { id, message, changes }));
  if (into) await growChangeset(call.store, into, changes);
  if (writes.length + removals.length === 0) return changesetId;
  const rows = writes.map((write) => ({
    keyId: write.keyId,
    language: write.language,
    projectId: project.id,
    text: write.text,
    status: write.status,
    revision: write.revision,
    changesetId,
    updatedAt: call.now,
    outdatedAt: write.outdatedAt ?? null,
  }));
  const edited = writes.filter(
    ({ language, before, text }) => language === project.sourceLanguage && before && before.text !== text,
  );
  // First, so that targets written in the same call are not among the outdated ones.
  const keyIds = edited.map((write) => write.keyId);
  await markOutdated(call.store, keyIds, { project, changesetId, now: call.now });
  await upsertTranslations(call.store, rows);
  await deleteTranslations(call.store, removals);
  const byLanguage = Map.groupBy([...writes, ...removals], (value) => value.language);
  const more = new Map(
    [...byLanguage].map(([code, list]) => [code, list.reduce((sum, value) => sum + moreBy(value), 0)]),
  );
  await countValues(call, project, more, changesetId);
  for (const [language, list] of into ? [] : byLanguage) {
    await announce(call.store, "translations.updated", {
      organization: { id: project.organizationId, slug: organizationSlug },
      project,
      now: call.now,
      data: { language, keysCount: list.length, changesetId },
    });
  }
  return changesetId;
}

type NumberedWrite = ValueWrite & { revision: number };

/** Revisions never start anew: a value that was removed goes on where it ended. */
async function numbered(
  call: WriteWork,
  keyChanges: readonly Change[],
  writes: readonly ValueWrite[],
): Promise<NumberedWrite[]> {
  const newKeys = new Set(keyChanges.filter(({ revision }) => revision === 1).map(({ keyId }) => keyId));
  const absent = writes.filter(({ before, keyId }) => !before && !newKeys.has(keyId));
  const ended = await lastRevisions(call.store, absent);
  return writes.map((write) => {
    const last = write.before?.revision ?? ended.get(`${write.keyId}/${write.language}`) ?? 0;
    return { ...write, revision: last + 1 };
  });
}

function moreBy(value: NumberedWrite | Current): number {
  if (!("before" in value)) return -1;
  return value.before ? 0 : 1;
}

function changeOf(write: NumberedWrite): Change {
  return {
    keyId: write.keyId,
    language: write.language,
    kind: write.before ? "changed" : "created",
    before: write.before?.text ?? null,
    after: write.text,
    statusBefore: write.before?.status ?? null,
    statusAfter: write.status,
    revision: write.revision,
  };
}

function removalOf({ keyId, language, text, status, revision }: Current): Change {
  return {
    keyId,
    language,
    kind: "deleted",
    before: text,
    after: null,
    statusBefore: status,
    statusAfter: null,
    revision: revision + 1,
  };
}
