import type { Output } from "@parlance/contract/operations";
import type { Transaction } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { findProjectById } from "../projects/find-project.ts";
import { announceValues } from "../texts/announce-texts.ts";
import { selectWritten, updateClaimed, updateImport } from "./store.ts";

type End = { state: "completed" | "cancelled" } | { state: "failed"; error: ImportFailure };
/** Why an import ended before its file did. */
export type ImportFailure = NonNullable<Output<"imports.get">["error"]>;

/**
 * Ends an import, in the caller's transaction, and announces what it wrote. Answers false when it was over already.
 *
 * @param worker the worker that has claimed it; undefined for other callers, who may end it whoever works on it
 */
export async function finishImport(
  store: Transaction,
  job: Pick<ImportTable, "id">,
  end: End,
  { now, worker }: { now: number; worker?: string },
): Promise<boolean> {
  const fields: Partial<ImportTable> = {
    state: end.state,
    finishedAt: now,
    claimedBy: null,
    claimedUntil: null,
    ...("error" in end && { error: JSON.stringify(end.error) }),
  };
  const ended = worker
    ? await updateClaimed(store, job.id, worker, fields)
    : await updateImport(store, job.id, ["uploading", "queued", "running"], fields);
  if (ended) await announceWritten(store, job.id, now);
  return ended;
}

async function announceWritten(store: Transaction, id: string, now: number): Promise<void> {
  const { projectId, byLanguage, changesetId } = await selectWritten(store, id);
  const project = await findProjectById(store, projectId);
  // A dry run has no changeset.
  if (!project || changesetId === null) return;
  const counts = new Map(Object.entries<number>(JSON.parse(byLanguage)));
  await announceValues({ store, now }, project, counts, changesetId);
}
