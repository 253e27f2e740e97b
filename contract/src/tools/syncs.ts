import { z } from "zod";
import { instant } from "../operation.ts";
import { lenient, tool } from "../tool.ts";

const STATUSES = ["pending", "in_progress", "completed", "failed", "cancelled"] as const;
const TYPES = ["initial_import", "source_sync", "cdn_upload", "batch_publish"] as const;
export const MOST_WAIT_MS = 25_000;

const count = z.number().int();
const type = z.enum(TYPES);
const status = z.enum(STATUSES);
const syncId = z.string().min(1).max(60).describe("id from getSyncs, publishTranslations or importFile");

const compactJob = {
  id: z.string(),
  tp: type,
  st: status,
  st_at: instant,
  cp_at: instant.optional(),
  err_msg: z.string().optional(),
  trig_by: z.object({ nm: z.string(), img: z.string().nullable() }).nullable(),
};
const listed = {
  prj: z.string(),
  tot: count.describe("how many are listed"),
  sy: z.array(
    z.object({ ...compactJob, meta: z.object({ kp: count, tf: count.optional(), pf: count.optional() }) }),
  ),
  msg: z.string().optional(),
};
const one = {
  ...compactJob,
  log: z.array(z.string()),
  aff_k: z.array(z.object({ k: z.string(), act: z.enum(["created", "updated", "deleted"]) })),
  hint: z.string().optional(),
};

/** The same in the words of the command line. */
const job = {
  id: z.string(),
  type,
  status,
  createdAt: instant,
  completedAt: instant.nullable(),
  errorMessage: z.string().nullable(),
};

export const syncTools = {
  getSyncs: tool("releases.list", {
    title: "List jobs",
    description:
      "Jobs, newest first: releases (tp batch_publish) and files that were imported (tp initial_import); no other types occur here. st is pending, in_progress, completed, failed or cancelled; meta counts texts of a release or rows of a file (kp) and files (tf, pf done).",
    procedure: { name: "mcp.getSyncs" },
    input: lenient(
      z.object({
        limit: z.number().int().min(1).max(50).default(10),
        status: status.optional(),
        type: type.optional(),
      }),
    ),
    output: z.object({
      ...listed,
      jobs: z.array(z.object({ ...job, newKeys: count, updatedKeys: count, totalFiles: count })),
    }),
    shown: z.object(listed),
  }),
  getSync: tool("releases.get", {
    title: "Look at a job",
    description:
      "One job with its log, and of a finished import the first keys that it wrote (aff_k). With waitMs it waits so long for a job that is not over; an ended one is answered at once.",
    procedure: { name: "mcp.getSync" },
    names: undefined,
    everywhere: true,
    input: lenient(z.object({ syncId, waitMs: z.number().int().min(0).max(MOST_WAIT_MS).default(0) })),
    output: z.object({ ...one, ...job, logs: one.log }),
    shown: z.object(one),
  }),
  cancelSync: tool("imports.cancel", {
    title: "Cancel a job",
    description:
      "Cancels an import that has not begun (can: true). One that has begun or is over stays as it is: rsn is already_in_progress or terminal_state, and prev is its state. Nothing is undone; revertChange takes back what an import wrote.",
    procedure: { name: "mcp.cancelSync" },
    names: undefined,
    everywhere: true,
    target: "syncId",
    input: lenient(z.object({ syncId })),
    output: z.object({
      id: z.string(),
      can: z.boolean(),
      prev: status,
      rsn: z.enum(["cancelled", "already_in_progress", "terminal_state"]),
      hint: z.string().optional(),
    }),
  }),
};
