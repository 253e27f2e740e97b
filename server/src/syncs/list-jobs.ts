import type { ToolInput } from "@parlance/contract/tools";
import type { Reader } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { type Job, jobOfImport, jobOfRelease, STATUS_OF } from "./job.ts";
import { selectImports, selectReleases } from "./store.ts";

/** The last jobs of a project, newest first. */
export async function listJobs(
  store: Reader,
  projectId: string,
  { limit, status, type }: ToolInput<"getSyncs">,
): Promise<Job[]> {
  const states = statesOf(type === undefined || type === "initial_import" ? status : null);
  const hasReleases =
    (type ?? "batch_publish") === "batch_publish" && (status ?? "completed") === "completed";
  const releases = hasReleases ? await selectReleases(store, projectId, limit) : [];
  const imports = states.length > 0 ? await selectImports(store, projectId, states, limit) : [];
  return [...releases.map(jobOfRelease), ...imports.map(jobOfImport)]
    .sort((one, other) => other.createdAt - one.createdAt)
    .slice(0, limit);
}

/** The states of imports that have this status; all without one, none for null. */
function statesOf(status: Job["status"] | undefined | null): ImportTable["state"][] {
  const states = Object.keys(STATUS_OF) as ImportTable["state"][];
  return states.filter((state) => status === undefined || STATUS_OF[state] === status);
}
