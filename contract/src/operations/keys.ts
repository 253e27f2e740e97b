import { z } from "zod";
import { DEFAULT_NAMESPACE, DEFAULT_NAMESPACE_FILE, RESERVED_NAMESPACES } from "../cdn.ts";
import { instant, operation, page, paging, warnings } from "../operation.ts";
import { languageCode, valueStatus } from "./projects.ts";

/** A call takes at most this many keys or values, and applies all of them or none (spec/translations, "Writing"). */
export const BULK_LIMIT = 1000;
const BULK_BYTES = 16 * 1024 * 1024;

export const keyName = z
  .string()
  .min(1)
  .max(512)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  .regex(/^[^\u0000-\u001f\u007f]*$/, "must not contain control characters");
export const namespaceName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dot, hyphen and underscore")
  .refine((name) => !RESERVED_NAMESPACES.has(name), "a name that published paths use otherwise")
  // Published files call the default namespace so, and what was read there may be written back.
  .overwrite((name) => (name === DEFAULT_NAMESPACE_FILE ? DEFAULT_NAMESPACE : name));
export const text = z.string().max(65_536);

export const key = z.strictObject({
  id: z.uuid(),
  namespace: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  format: z.enum(["icu", "plain"]),
  tags: z.array(z.string()),
  maxLength: z.number().int().nullable(),
  /** Rises with every change of the key itself. */
  revision: z.number().int(),
  createdAt: instant,
});

const deletedKey = key.extend({ deletedAt: instant });

export const value = z.strictObject({
  keyId: z.uuid(),
  namespace: z.string(),
  name: z.string(),
  language: z.string(),
  text: z.string(),
  status: valueStatus,
  revision: z.number().int(),
  outdated: z.boolean().describe("the source text changed since this was written"),
  updatedAt: instant,
});

/** A value beside its key. */
const ownValue = value.omit({ keyId: true, namespace: true, name: true });

const description = z.string().max(2000);
const format = z.enum(["icu", "plain"]);
export const MOST_TAGS = 20;
const tags = z.array(z.string().min(1).max(60)).max(MOST_TAGS);
const maxLength = z.number().int().min(1).max(65_536);
const message = z.string().max(500).optional().describe("why, for the changeset");

export const keyReference = z.union([
  z.strictObject({ id: z.uuid().toLowerCase() }),
  z.strictObject({ namespace: namespaceName.default(DEFAULT_NAMESPACE), name: keyName }),
]);

/** What can be changed of a key; what is left out stays. */
const keyFields = {
  namespace: namespaceName.optional(),
  name: keyName.optional(),
  description: description.nullable().optional(),
  format: format.optional(),
  tags: tags.optional(),
  maxLength: maxLength.nullable().optional().describe("binds the next write; texts that stand stay"),
};

export const keyOperations = {
  "keys.create": operation({
    summary: "Create up to 1,000 keys, with their texts, whole or not at all",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/keys", maxBodyBytes: BULK_BYTES },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    effect: "create",
    input: z.strictObject({
      message,
      keys: z
        .array(
          z.strictObject({
            namespace: namespaceName.default(DEFAULT_NAMESPACE),
            name: keyName,
            description: description.optional(),
            format: format.default("icu"),
            tags: tags.default([]),
            maxLength: maxLength.optional(),
            values: z.record(languageCode, text).default({}).describe("needs translations:write"),
          }),
        )
        .min(1)
        .max(BULK_LIMIT),
    }),
    output: z.strictObject({ changesetId: z.string(), items: z.array(key), warnings }),
  }),
  "keys.list": operation({
    summary:
      "The project's keys that every filter lets through; a page may hold fewer than limit although nextCursor leads on",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/keys" },
    names: "project",
    access: { by: "scope", scope: "keys:read" },
    effect: "read",
    input: z.strictObject({
      namespace: namespaceName.optional(),
      q: z.string().min(1).max(200).optional().describe("a part of the name or of a text, in any case"),
      tag: z.string().min(1).max(60).optional(),
      status: valueStatus.optional().describe("of any value"),
      outdated: z.literal("true").optional().describe("with a value whose source text changed since"),
      missing: languageCode.optional().describe("without a value in this language"),
      language: languageCode.optional().describe("makes q, status and outdated look at this language only"),
      ...paging,
    }),
    output: page(key),
  }),
  "keys.get": operation({
    summary: "One key with its values",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/keys/:keyId" },
    names: "project",
    access: { by: "scope", scope: "keys:read" },
    effect: "read",
    input: z.strictObject({ keyId: z.uuid() }),
    output: key.extend({
      values: z.array(ownValue).nullable().describe("by language; null without translations:read"),
    }),
  }),
  "keys.update": operation({
    summary: "Rename, move or describe a key; its values, history and id stay",
    rest: { mount: "api", method: "PATCH", path: "/v1/projects/:projectId/keys/:keyId" },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    target: "keyId",
    effect: "change",
    takesRevision: true,
    input: z.strictObject({
      keyId: z.uuid(),
      message,
      ...keyFields,
    }),
    output: z.strictObject({
      changesetId: z.string().nullable().describe("null when everything was already so"),
      key,
    }),
  }),
  "keys.updateMany": operation({
    summary: "Rename, move, tag or describe up to 1,000 keys in one changeset, all or none",
    rest: {
      mount: "api",
      method: "POST",
      path: "/v1/projects/:projectId/keys/update",
      maxBodyBytes: BULK_BYTES,
    },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    effect: "change",
    input: z.strictObject({
      message,
      keys: z
        .array(
          z.strictObject({
            key: keyReference,
            revision: z
              .number()
              .int()
              .min(1)
              .optional()
              .describe("change only if the key itself still has it"),
            ...keyFields,
            addTags: tags.optional().describe("beside those it has, or those in tags"),
            removeTags: tags.optional(),
          }),
        )
        .min(1)
        .max(BULK_LIMIT),
    }),
    output: z.strictObject({
      changesetId: z.string().nullable().describe("null when everything was already so"),
      updated: z.number().int(),
      unchanged: z.number().int(),
      items: z.array(key).describe("every key of the call as it is now, in its order"),
    }),
  }),
  "keys.delete": operation({
    summary: "Move up to 1,000 keys to the trash, all or none; they leave the next release",
    rest: {
      mount: "api",
      method: "POST",
      path: "/v1/projects/:projectId/keys/delete",
      maxBodyBytes: BULK_BYTES,
    },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    effect: "delete",
    input: z.strictObject({
      message,
      keys: z.array(keyReference).min(1).max(BULK_LIMIT),
    }),
    output: z.strictObject({ changesetId: z.string(), deleted: z.number().int() }),
  }),
  "keys.restore": operation({
    summary: "Take up to 1,000 keys out of the trash with their values, all or none",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/keys/restore" },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    effect: "change",
    input: z.strictObject({
      message,
      ids: z.array(z.uuid()).min(1).max(BULK_LIMIT),
    }),
    output: z.strictObject({ changesetId: z.string(), items: z.array(key) }),
  }),
  "trash.list": operation({
    summary: "Deleted keys that can be restored, the last deleted first",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/trash" },
    names: "project",
    access: { by: "scope", scope: "keys:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(deletedKey),
  }),
  "values.set": operation({
    summary: "Set up to 1,000 values, whole or not at all",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/values", maxBodyBytes: BULK_BYTES },
    names: "project",
    access: { by: "scope", scope: "translations:write" },
    effect: "change",
    takesRevision: true,
    input: z.strictObject({
      message,
      values: z
        .array(
          z.strictObject({
            key: keyReference,
            language: languageCode,
            text,
            status: valueStatus
              .optional()
              .describe("defaults to approved, and to the project's peopleStatus for what people write"),
            revision: z
              .number()
              .int()
              .min(0)
              .optional()
              .describe(
                "write only if the value still has it; 0 if it does not exist; If-Match for a single value",
              ),
          }),
        )
        .min(1)
        .max(BULK_LIMIT),
    }),
    output: z.strictObject({
      changesetId: z.string().nullable().describe("null when every value was already so"),
      updated: z.number().int(),
      unchanged: z.number().int(),
      warnings,
    }),
  }),
  "values.setStatus": operation({
    summary: "Approve up to 1,000 values as they stand, or give them another status, whole or not at all",
    rest: {
      mount: "api",
      method: "POST",
      path: "/v1/projects/:projectId/values/status",
      maxBodyBytes: BULK_BYTES,
    },
    names: "project",
    access: { by: "scope", scope: "translations:write" },
    effect: "change",
    input: z.strictObject({
      message,
      status: valueStatus,
      values: z
        .array(
          z.strictObject({
            key: keyReference,
            language: languageCode,
            revision: z
              .number()
              .int()
              .min(1)
              .optional()
              .describe("only if the value still has it: another text may have been written since"),
          }),
        )
        .min(1)
        .max(BULK_LIMIT),
    }),
    output: z.strictObject({
      changesetId: z.string().nullable().describe("null when every value was already so"),
      updated: z.number().int(),
      unchanged: z.number().int(),
      missing: z
        .number()
        .int()
        .describe("keys without a value in that language: there is nothing to approve"),
    }),
  }),
  "values.list": operation({
    summary: "The values of one language, or of all",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/values" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      language: languageCode.optional(),
      namespace: namespaceName.optional(),
      keyIds: z
        .string()
        .max(100 * 37)
        .regex(
          /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:,[0-9a-f-]{36})*$/,
          "ids of keys with commas between",
        )
        .optional()
        .describe("the values of these keys alone, up to 100 ids with commas between"),
      ...paging,
    }),
    output: page(value),
  }),
};
