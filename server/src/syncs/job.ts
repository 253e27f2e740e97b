import type { ToolOutput } from "@parlance/contract/tools";
import { namedActor } from "../database/actor.ts";
import { toImport } from "../imports/view.ts";
import type { NamedImport, NamedRelease } from "./store.ts";

type Listed = ToolOutput<"getSyncs">["sy"][number];

/** A release or an import as existing clients know it. Instants in epoch milliseconds. */
export interface Job {
  id: string;
  projectId: string;
  type: Extract<Listed["tp"], "batch_publish" | "initial_import">;
  status: Listed["st"];
  createdAt: number;
  startedAt: number;
  completedAt: number | null;
  error: string | null;
  /** The name of whoever began it; null when the person, app or key is gone. */
  by: string | null;
  keysCreated: number;
  /** Keys and texts that were there and are different now. */
  updated: number;
  /** Texts of a release, rows of a file. */
  processed: number;
  files: { total: number; done: number };
  /** What it wrote. */
  changesetId: string | null;
  log: string[];
}

/** The status of an import by its state. */
export const STATUS_OF = {
  uploading: "pending",
  queued: "pending",
  running: "in_progress",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<NamedImport["state"], Job["status"]>;

export function isOver({ status }: Job): boolean {
  return status !== "pending" && status !== "in_progress";
}

export function jobOfRelease(row: NamedRelease): Job {
  const { id, projectId, number, createdAt, valueCount, changedFiles } = row;
  const made = `Release ${number}: ${valueCount} texts, ${changedFiles} changed files.`;
  return {
    ...{ id, projectId, type: "batch_publish", status: "completed" },
    ...{ createdAt, startedAt: createdAt, completedAt: createdAt },
    ...{ error: null, by: namedActor(row).name, keysCreated: 0, updated: 0, processed: valueCount },
    files: { total: changedFiles, done: changedFiles },
    changesetId: null,
    log: [said(createdAt, made), ...(row.message === null ? [] : [said(createdAt, row.message)])],
  };
}

export function jobOfImport(row: NamedImport): Job {
  const { id, projectId, state, createdAt, startedAt, finishedAt, rows, keysCreated } = row;
  const { error, createdBy, changesetId } = toImport(row);
  return {
    ...{ id, projectId, type: "initial_import", status: STATUS_OF[state] },
    ...{ createdAt, startedAt: startedAt ?? createdAt, completedAt: finishedAt },
    error: error?.message ?? null,
    by: createdBy.name,
    keysCreated,
    updated: row.keysUpdated + row.valuesUpdated,
    processed: rows,
    files: { total: 1, done: state === "completed" ? 1 : 0 },
    changesetId,
    log: logOf(row),
  };
}

function logOf(row: NamedImport): string[] {
  const { createdAt, startedAt, finishedAt, format, size, fileName, state } = row;
  const file = `${fileName ?? "A file"} of ${size} bytes, ${format}${row.dryRun ? ", dry run" : ""}.`;
  const log = [said(createdAt, file)];
  if (state === "uploading") return [...log, `${row.receivedBytes} bytes have come.`];
  if (startedAt === null && finishedAt === null) return [...log, "It waits for its turn."];
  if (startedAt !== null) log.push(said(startedAt, "Reading began."));
  log.push(
    `${row.rows} rows read (${row.processedBytes} bytes): ${row.keysCreated} keys created, ${row.keysUpdated} updated; ` +
      `${row.valuesCreated} texts created, ${row.valuesUpdated} updated, ${row.unchanged} as they were; ` +
      `${row.rejected} rows rejected, ${row.warnings} warnings.`,
  );
  if (finishedAt !== null) log.push(said(finishedAt, `It is ${state}.`));
  return log;
}

function said(instant: number, what: string): string {
  return `${new Date(instant).toISOString()} ${what}`;
}
