import { z } from "zod";
import { actor, via } from "../actors.ts";
import { instant } from "../operation.ts";
import { change, changeOperations } from "../operations/changes.ts";
import { languageCode } from "../operations/projects.ts";
import { lenient, tool } from "../tool.ts";
import { cursor, next } from "./paging.ts";

const count = z.number().int();
const changesetId = z.string().min(1).max(60).describe("id from listChanges");
const { skipped } = changeOperations["changesets.revert"].output.shape;

const changeset = {
  id: z.string(),
  by: actor,
  via,
  message: z.string().nullable(),
  at: instant,
  keys: count.describe("changes of keys themselves"),
  texts: count,
};

export const changeTools = {
  listChanges: tool("changesets.list", {
    title: "List changes",
    description:
      "What was written in the project, newest first: each write with who made it, through what (via) and how much it changed. getChange shows one, revertChange takes one back.",
    input: lenient(
      z.object({
        language: languageCode.optional().describe("only writes of texts in it"),
        keyId: z.uuid().optional().describe("only writes of this key"),
        limit: z.number().int().min(1).max(50).default(20),
        cursor,
      }),
    ),
    output: z.object({ changes: z.array(z.object(changeset)), next }),
  }),
  getChange: tool("changesets.get", {
    title: "Show a change",
    description:
      "One write in full: every key and text that it changed, before and after. language is null for a change of the key itself.",
    input: lenient(z.object({ changesetId, limit: z.number().int().min(1).max(100).default(50), cursor })),
    output: z.object({ ...changeset, items: z.array(change), next }),
  }),
  revertChange: tool("changesets.revert", {
    title: "Take back a change",
    description:
      "Takes back what one write did, as a new write that can be taken back too. What was written again since stays, and skipped says why. Calling it twice is harmless. A very large one is taken back in parts: call again with next as cursor until it is null. Live files change with the next publish only.",
    target: "changesetId",
    input: lenient(
      z.object({ changesetId, message: z.string().max(500).optional().describe("why"), cursor }),
    ),
    output: z.object({
      changesetId: z.string().nullable().describe("of the new write; null when nothing could be taken back"),
      reverted: count,
      skippedCount: count,
      skipped: skipped.describe("the first 100"),
      next,
      hint: z.string().optional(),
    }),
  }),
};
