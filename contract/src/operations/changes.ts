import { z } from "zod";
import { actor, via } from "../actors.ts";
import { instant, operation, page, paging } from "../operation.ts";
import { languageCode, valueStatus } from "./projects.ts";

/** One write: who, through which door, when, why, and how much. */
export const changeset = z.strictObject({
  id: z.string(),
  actor,
  grantId: z.string().nullable(),
  via,
  message: z.string().nullable(),
  createdAt: instant,
  /** Changes of keys themselves, and of values. */
  keyCount: z.number().int(),
  valueCount: z.number().int(),
});

const content = z.strictObject({ text: z.string(), status: valueStatus });

/** One key or value in a changeset, old → new. */
export const change = z.strictObject({
  keyId: z.string(),
  namespace: z.string().nullable().describe("where the key is now; null when it is gone for good"),
  name: z.string().nullable(),
  language: z.string().nullable().describe("null for a change of the key itself"),
  kind: z.enum(["created", "changed", "deleted"]),
  revision: z.number().int().describe("of the value or key, after the change"),
  before: content.nullable().describe("of a value; null when there was none"),
  after: content.nullable().describe("of a value; null when it does not exist"),
  keyBefore: z.record(z.string(), z.unknown()).nullable().describe("of a key: its fields that changed"),
  keyAfter: z.record(z.string(), z.unknown()).nullable(),
});

/**
 * Why a change was not taken back: the key or value was written again since; texts of others were added to the key that
 * would go; the key is in the trash, or deleted for good; its old name is taken, or collides with keys below or above it in
 * nested files; the project has no such language any more.
 */
const skipped = z.strictObject({
  keyId: z.string(),
  language: z.string().nullable().describe("null for the key itself"),
  reason: z.enum([
    "overwritten",
    "key_used",
    "key_deleted",
    "key_gone",
    "name_taken",
    "path_collision",
    "language_removed",
  ]),
});

export const changeOperations = {
  "changesets.list": operation({
    summary: "What was written in the project, newest first",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/changesets" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      actor: z.string().max(60).optional().describe("id of a person who wrote, or of an app"),
      via: z.string().max(20).optional(),
      keyId: z.uuid().optional(),
      language: languageCode.optional(),
      ...paging,
    }),
    output: page(changeset),
  }),
  "changesets.get": operation({
    summary: "One changeset with its changes, old → new; limit and cursor page the changes",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/changesets/:changesetId" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({ changesetId: z.string().max(60), ...paging }),
    output: changeset.extend({ changes: page(change) }),
  }),
  "changesets.revert": operation({
    summary:
      "Take back what a changeset did, except what was written again since; a large one in parts, until nextCursor is null; changes of keys need keys:write",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/changesets/:changesetId/revert" },
    names: "project",
    access: { by: "scope", scope: "translations:write" },
    target: "changesetId",
    effect: "change",
    input: z.strictObject({
      changesetId: z.string().max(60),
      message: z.string().max(500).optional().describe("why, for the changeset that takes it back"),
      cursor: z.string().max(500).optional().describe("nextCursor of the part before"),
    }),
    output: z.strictObject({
      changesetId: z.string().nullable().describe("null when nothing could be taken back"),
      reverted: z.number().int().describe("changes of keys and values that were taken back"),
      skippedCount: z.number().int(),
      skipped: z.array(skipped).describe("the first 1,000"),
      nextCursor: z
        .string()
        .nullable()
        .describe("more than about 3,000 changes, or very long ones, are another part"),
    }),
  }),
  "values.history": operation({
    summary: "Every state of a value, or without a language of the key itself, the last one first",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/keys/:keyId/history" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      keyId: z.uuid(),
      language: languageCode.optional(),
      ...paging,
    }),
    output: page(change.omit({ keyId: true, namespace: true, name: true }).extend({ changeset })),
  }),
};
