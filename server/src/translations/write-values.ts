import { type Change, recordChangeset } from "../changes/record-changeset.ts";
import type { Call } from "../context.ts";
import type { ProjectTable, TranslationTable } from "../database/schema.ts";
import { countValues } from "../projects/write-lock.ts";
import { announce } from "../webhooks/announce.ts";
import { type Current, markOutdated, upsertTranslations } from "./store.ts";

export interface ValueWrite {
  keyId: string;
  language: string;
  text: string;
  status: TranslationTable["status"];
  /** What stands there now. */
  before: Current | undefined;
}

interface Work {
  message: string | undefined;
  /** Changes of keys that belong to the same changeset. */
  keyChanges: readonly Change[];
  writes: readonly ValueWrite[];
}

/** Stores values under one changeset with history, counters and events, and returns the changeset's id. */
export async function writeValues(
  call: Call,
  project: ProjectTable,
  organizationSlug: string,
  { message, keyChanges, writes }: Work,
): Promise<string> {
  const changes = [...keyChanges, ...writes.map(changeOf)];
  const changesetId = await recordChangeset(call, project, { message, changes });
  if (writes.length === 0) return changesetId;
  const rows = writes.map((write) => ({
    keyId: write.keyId,
    language: write.language,
    projectId: project.id,
    text: write.text,
    status: write.status,
    revision: (write.before?.revision ?? 0) + 1,
    changesetId,
    updatedAt: call.now,
    outdatedAt: null,
  }));
  const edited = writes.filter(
    ({ language, before, text }) => language === project.sourceLanguage && before && before.text !== text,
  );
  // First, so that targets written in the same call are not among the outdated ones.
  await markOutdated(
    call.store,
    edited.map((write) => write.keyId),
    project.sourceLanguage,
    call.now,
  );
  await upsertTranslations(call.store, rows);
  const byLanguage = Map.groupBy(writes, (write) => write.language);
  await countValues(
    call,
    project,
    new Map([...byLanguage].map(([code, list]) => [code, list.filter((write) => !write.before).length])),
  );
  for (const [language, list] of byLanguage) {
    await announce(call.store, "translations.updated", {
      organizationId: project.organizationId,
      projectId: project.id,
      now: call.now,
      data: { org: organizationSlug, project: project.slug, language, keysCount: list.length, changesetId },
    });
  }
  return changesetId;
}

function changeOf(write: ValueWrite): Change {
  return {
    keyId: write.keyId,
    language: write.language,
    kind: write.before ? "changed" : "created",
    before: write.before?.text ?? null,
    after: write.text,
    statusBefore: write.before?.status ?? null,
    statusAfter: write.status,
    revision: (write.before?.revision ?? 0) + 1,
  };
}
