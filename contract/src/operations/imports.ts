import { z } from "zod";
import { actor } from "../actors.ts";
import { DEFAULT_NAMESPACE } from "../cdn.ts";
import { FILE_FORMAT_IDS, FILE_FORMATS, type FormatFacts, MEDIA_TYPES, READ_FAILURES } from "../formats.ts";
import { MOST_IMPORT_BYTES } from "../import-limits.ts";
import { bytesAnswer, instant, operation, page, paging, warning } from "../operation.ts";
import { keyName, namespaceName, text } from "./keys.ts";
import { languageCode } from "./projects.ts";

/** A row of `FILE_FORMATS`, by its id. */
export const fileFormat = z.enum(FILE_FORMAT_IDS);

const status = z.enum(["draft", "reviewed", "approved"]);
const existing = z.enum(["overwrite", "keep"]);

/** One line of NDJSON. Fields that are left out stay as they are, or are as in `keys.create` for a new key. */
export const importLine = z.strictObject({
  key: keyName,
  namespace: namespaceName.default(DEFAULT_NAMESPACE),
  description: z.string().max(2000).nullable().optional(),
  tags: z.array(z.string().min(1).max(60)).max(20).optional(),
  format: z.enum(["icu", "plain"]).optional(),
  maxLength: z.number().int().min(1).max(65_536).nullable().optional(),
  values: z
    .record(languageCode, z.union([text, z.strictObject({ text, status: status.optional() })]))
    .default({}),
});

/** Why an import ended before its file did; what it wrote until then stays. */
export const importFailure = z.enum([
  ...READ_FAILURES,
  "too_many_texts",
  "grant_revoked",
  "invalid_token",
  "wrong_organization",
  "missing_scope",
  "not_found",
  "interrupted",
]);

export const importState = z.enum(["uploading", "queued", "running", "completed", "failed", "cancelled"]);

export const importJob = z.strictObject({
  id: z.string(),
  format: fileFormat,
  language: z.string().nullable(),
  namespace: z.string().nullable(),
  fileName: z.string().nullable(),
  message: z.string().nullable(),
  existing,
  status,
  dryRun: z.boolean().describe("everything is looked at and nothing is written"),
  size: z.number().int().describe("of the file, in bytes"),
  receivedBytes: z.number().int(),
  processedBytes: z.number().int(),
  state: importState,
  rows: z
    .number()
    .int()
    .describe("that were looked at: lines of the file where a line holds a key, else texts"),
  keysCreated: z.number().int(),
  keysUpdated: z.number().int().describe("whose description, tags, format or maximum length changed"),
  valuesCreated: z.number().int(),
  valuesUpdated: z.number().int(),
  unchanged: z.number().int().describe("values that were so already, or were kept"),
  rejected: z.number().int().describe("rows of which nothing was written"),
  warnings: z.number().int().describe("texts that were written although a rule speaks against them"),
  problems: z.number().int().describe("errors and warnings together"),
  problemsKept: z.number().int().describe("how many of them can be read: the first 10,000"),
  changesetId: z.string().nullable().describe("what it wrote; null when it wrote nothing"),
  error: z
    .strictObject({
      code: importFailure,
      message: z.string(),
      row: z.number().int().optional(),
      offset: z.number().int().optional().describe("in bytes from the start of the file"),
    })
    .nullable(),
  createdBy: actor,
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});

/** Something about one row: with `error` nothing of the row was written. */
export const importProblem = warning.extend({
  row: z.number().int().describe("from 1: the line of the file where a line holds a key, else the n-th text"),
  pointer: z.string().describe("JSON pointer into the file, or into the line"),
  key: z.string().nullable(),
  namespace: z.string().nullable(),
  language: z.string().nullable(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
});

const ONE_LANGUAGE = idsOf(({ languages }) => languages !== "many");
const ONE_NAMESPACE = idsOf(({ namespaces }) => namespaces === "one");

const one = { importId: z.string().max(60) };

export const importOperations = {
  "imports.create": operation({
    summary: "Announce a file of keys and texts; needs keys:write too. imports.upload then sends it",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/imports" },
    names: "project",
    access: { by: "scope", scope: "translations:write" },
    effect: "create",
    input: z.strictObject({
      format: fileFormat,
      language: languageCode.optional().describe(`needed for ${ONE_LANGUAGE}; others say it themselves`),
      namespace: namespaceName.optional().describe(`for ${ONE_NAMESPACE}; default unless told`),
      fileName: z.string().max(255).optional(),
      size: z.number().int().min(1).max(MOST_IMPORT_BYTES).describe("in bytes"),
      existing: existing.default("overwrite").describe("keep leaves a value or key that is there"),
      status: status.optional().describe("of values that do not say it; unless told, as in values.set"),
      dryRun: z.boolean().default(false),
      message: z.string().max(500).optional().describe("why, for the changeset"),
    }),
    output: importJob,
  }),
  "imports.upload": operation({
    summary: "Send the file, or its next part; the import begins when all of it has come",
    rest: {
      mount: "api",
      method: "PUT",
      path: "/v1/projects/:projectId/imports/:importId/content",
      bytes: ["application/octet-stream", ...MEDIA_TYPES],
      headers: { offset: "Upload-Offset" },
      maxBodyBytes: MOST_IMPORT_BYTES,
    },
    names: "project",
    access: { by: "scope", scope: "translations:write" },
    target: "importId",
    effect: "change",
    ownTransactions: true,
    input: z.strictObject({
      ...one,
      offset: z.coerce
        .number()
        .int()
        .min(0)
        .max(MOST_IMPORT_BYTES)
        .default(0)
        .describe("where in the file this part begins: receivedBytes, else 409 with both"),
    }),
    output: importJob,
  }),
  "imports.list": operation({
    summary: "The project's imports, newest first",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/imports" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(importJob),
  }),
  "imports.get": operation({
    summary: "How far an import is, or what it did",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/imports/:importId" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject(one),
    output: importJob,
  }),
  "imports.problems": operation({
    summary: "What was wrong with rows of an import, in their order",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/imports/:importId/problems" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({ ...one, ...paging }),
    output: page(importProblem),
  }),
  "imports.cancel": operation({
    summary: "Stop an import; what it wrote stays, in one changeset that can be taken back",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/imports/:importId/cancel" },
    names: "project",
    access: { by: "scope", scope: "translations:write" },
    target: "importId",
    effect: "change",
    input: z.strictObject(one),
    output: importJob,
  }),
  "exports.get": operation({
    summary: "Keys and texts as one file, sent while it is read; needs keys:read too",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/export" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      format: fileFormat,
      language: languageCode.optional().describe(`needed for ${ONE_LANGUAGE}; others have all unless told`),
      namespace: namespaceName
        .optional()
        .describe(`${ONE_NAMESPACE}: default unless told; otherwise all unless told`),
      status: status.optional().describe("only values that are at least this"),
    }),
    output: bytesAnswer,
  }),
};

function idsOf(belongs: (format: FormatFacts) => boolean): string {
  return FILE_FORMAT_IDS.filter((id) => belongs(FILE_FORMATS[id])).join(", ");
}
