import type { FileFormat } from "@parlance/contract/formats";
import type { ActorColumns } from "./actor.ts";

/** A file that is being imported, or was. */
export interface ImportTable extends ActorColumns {
  id: string;
  projectId: string;
  format: FileFormat;
  language: string | null;
  namespace: string | null;
  fileName: string | null;
  message: string | null;
  existing: "overwrite" | "keep";
  status: "draft" | "reviewed" | "approved";
  dryRun: number;
  state: "uploading" | "queued" | "running" | "completed" | "failed" | "cancelled";
  size: number;
  receivedBytes: number;
  processedBytes: number;
  /** Every row up to this one is written; reading goes on after it. */
  lastRow: number;
  rows: number;
  keysCreated: number;
  keysUpdated: number;
  valuesCreated: number;
  valuesUpdated: number;
  unchanged: number;
  rejected: number;
  warnings: number;
  /** How many problems there are; the first ones stand in `importProblems`. */
  problems: number;
  /** JSON: how many values were written, by language. */
  byLanguage: string;
  changesetId: string | null;
  /** JSON: why it failed. */
  error: string | null;
  createdAt: number;
  queuedAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  /** The worker that reads it; no other may until the claim expires. */
  claimedBy: string | null;
  claimedUntil: number | null;
  /** How often it was claimed since it last made progress. */
  attempts: number;
}

/** `position` is the byte of the file that the chunk begins with. */
export interface ImportChunkTable {
  importId: string;
  position: number;
  bytes: Uint8Array;
}

/** `position` counts from 1; `problem` is JSON as it is answered. */
export interface ImportProblemTable {
  importId: string;
  position: number;
  problem: string;
}
