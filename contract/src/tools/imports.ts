import { z } from "zod";
import { fileFormat, importState } from "../operations/imports.ts";
import { namespaceName } from "../operations/keys.ts";
import { languageCode, valueStatus } from "../operations/projects.ts";
import { lenient, tool } from "../tool.ts";

const MOST_BYTES = 1024 * 1024;
const MOST_IMPORT_WAIT_MS = 20_000;

const count = z.number().int();

export const importTools = {
  importFile: tool("imports.create", {
    title: "Import a file",
    description:
      "Imports a small file of keys and texts, given as text. With dryRun everything is looked at and nothing is written: use it first. Waits until it is done, at most waitMs; when state is queued or running then, getSync with the id says more. A file is imported once per call, and a text that is so already is left alone. Needs the right to write keys as well.",
    // It waits for the import, which no transaction may.
    ownTransactions: true,
    needsAlso: ["keys:write"],
    input: lenient(
      z.object({
        format: fileFormat,
        content: z
          .string()
          .min(1)
          .max(MOST_BYTES, { abort: true })
          .refine(isSmall, `at most ${MOST_BYTES} bytes; send a larger file through the REST API`)
          .describe("the file"),
        language: languageCode.optional().describe("of the texts, where the file does not say it"),
        namespace: namespaceName.optional().describe("of the keys, where the file does not say it"),
        fileName: z.string().max(255).optional(),
        existing: z
          .enum(["overwrite", "keep"])
          .default("overwrite")
          .describe("keep leaves texts that are there"),
        status: valueStatus.optional().describe("of texts that do not say it"),
        dryRun: z.boolean().default(false),
        message: z.string().max(500).optional().describe("why"),
        waitMs: z.number().int().min(0).max(MOST_IMPORT_WAIT_MS).default(MOST_IMPORT_WAIT_MS),
      }),
    ),
    output: z.object({
      id: z.string().describe("getSync takes it"),
      state: importState,
      dryRun: z.boolean(),
      rows: count,
      keysCreated: count,
      keysUpdated: count,
      valuesCreated: count,
      valuesUpdated: count,
      unchanged: count,
      rejected: count.describe("rows of which nothing was written"),
      warnings: count,
      changesetId: z.string().nullable().describe("revertChange takes it"),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
      problems: z
        .array(
          z.object({
            row: count,
            key: z.string().nullable(),
            language: z.string().nullable(),
            severity: z.enum(["error", "warning"]),
            code: z.string(),
            message: z.string(),
          }),
        )
        .optional()
        .describe("the first 20"),
      note: z.string().optional(),
      hint: z.string().optional(),
    }),
  }),
};

function isSmall(content: string): boolean {
  return new TextEncoder().encode(content).length <= MOST_BYTES;
}
