import type { ToolOutput } from "@parlance/contract/tools";
import type { Reader, ToolHandlers } from "../context.ts";
import { cancelImport } from "../imports/cancel-import.ts";
import { listProblems } from "../imports/list-problems.ts";
import { bytesSpent } from "../imports/signals.ts";
import { iso } from "../platform/clock.ts";
import { slugOf } from "../projects/tools.ts";
import { Patience } from "../work/patience.ts";
import { findJob } from "./find-job.ts";
import { isOver, type Job } from "./job.ts";
import { listJobs } from "./list-jobs.ts";
import { showPending } from "./show-pending.ts";
import { selectAffected } from "./store.ts";

type Names = "getPendingChanges" | "getSyncs" | "getSync" | "cancelSync";

const MOST_PROBLEMS = 20;
const MOST_CHANGES = 200;
const MOST_KEYS = 50;

export const syncTools: ToolHandlers<Names> = {
  getPendingChanges: (call) => showPending(call),

  async getSyncs(call, input) {
    const jobs = await listJobs(call.store, call.project.id, input);
    return {
      prj: slugOf(call.project),
      tot: jobs.length,
      sy: jobs.map((job) => ({ ...compact(job), meta: metaOf(job) })),
      ...(jobs.length === 0 && { msg: "There are no such jobs." }),
      jobs: jobs.map((job) => ({
        ...verbose(job),
        newKeys: job.keysCreated,
        updatedKeys: job.updated,
        totalFiles: job.files.total,
      })),
    };
  },

  async getSync(call, { syncId, waitMs }) {
    const patience = new Patience(call, waitMs, bytesSpent);
    let found = await findJob(call, call.caller, syncId, "translations:read");
    // Whoever waits may have lost the right meanwhile.
    while (!isOver(found.job) && (await patience.pause())) {
      found = await findJob(call, await call.findAgain(), syncId, "translations:read");
    }
    const { job } = found;
    const log = [...job.log, ...(await problemsIn(call.store, job))];
    const affected = isOver(job) && job.changesetId !== null;
    return {
      ...compact(job),
      log,
      aff_k: affected ? await affectedBy(call.store, job.changesetId) : [],
      ...hintFor(job),
      ...verbose(job),
      logs: log,
    };
  },

  async cancelSync(call, { syncId }) {
    const { job } = await findJob(call, call.caller, syncId, "translations:write");
    const { id, status: prev } = job;
    if (prev === "pending" && (await cancelImport(call, id))) {
      return { id, can: true, prev, rsn: "cancelled" };
    }
    if (isOver(job)) return { id, can: false, prev, rsn: "terminal_state" };
    const hint = "It writes already. Wait for it with getSync, then take it back with revertChange.";
    return { id, can: false, prev, rsn: "already_in_progress", hint };
  },
};

function compact({ id, type, status, startedAt, completedAt, error, by }: Job) {
  return {
    ...{ id, tp: type, st: status, st_at: iso(startedAt) },
    ...(completedAt !== null && { cp_at: iso(completedAt) }),
    ...(error !== null && { err_msg: error }),
    trig_by: by === null ? null : { nm: by, img: null },
  };
}

function verbose({ id, type, status, createdAt, completedAt, error }: Job) {
  return {
    ...{ id, type, status, createdAt: iso(createdAt), errorMessage: error },
    completedAt: completedAt === null ? null : iso(completedAt),
  };
}

function metaOf({ processed, files }: Job) {
  return { kp: processed, tf: files.total, pf: files.done };
}

/** What is wrong with the first rows of a file. */
async function problemsIn(store: Reader, { id, projectId, type }: Job): Promise<string[]> {
  if (type !== "initial_import") return [];
  const page = { importId: id, limit: MOST_PROBLEMS };
  const { items, nextCursor } = await listProblems(store, projectId, page);
  const lines = items.map(({ row, key, language, severity, message }) => {
    return `Row ${row}${key === null ? "" : `, ${key}`}${language === null ? "" : ` (${language})`}: ${severity}: ${message}`;
  });
  return nextCursor === null ? lines : [...lines, "There are more problems."];
}

/** The first keys that a changeset changed. */
async function affectedBy(
  store: Reader,
  changesetId: string | null,
): Promise<ToolOutput<"getSync">["aff_k"]> {
  const changes = changesetId === null ? [] : await selectAffected(store, changesetId, MOST_CHANGES);
  const keys = new Map<string, ToolOutput<"getSync">["aff_k"][number]>();
  for (const { keyId, name, language, kind } of changes) {
    // The change of the key itself comes first; a name is null when the key is gone for good.
    if (keys.has(keyId) || name === null) continue;
    const act = language === "" && kind !== "changed" ? kind : "updated";
    keys.set(keyId, { k: name, act });
  }
  return [...keys.values()].slice(0, MOST_KEYS);
}

function hintFor({ id, type, status, changesetId }: Job): { hint?: string } {
  if (type === "batch_publish")
    return { hint: "A release lists no keys here; listReleases and rollBack know it." };
  if (status === "pending" || status === "in_progress") {
    return { hint: `Call getSync with ${id} and waitMs 25000 to wait for it.` };
  }
  if (changesetId === null) return {};
  return { hint: `getChange shows what it wrote and revertChange takes it back: ${changesetId}.` };
}
