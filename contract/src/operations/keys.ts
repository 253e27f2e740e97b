import { z } from "zod";
import { DEFAULT_NAMESPACE, DEFAULT_NAMESPACE_FILE, RESERVED_NAMESPACES } from "../cdn.ts";
import { instant, operation, page, paging } from "../operation.ts";
import { languageCode } from "./projects.ts";

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
  createdAt: instant,
});

export const value = z.strictObject({
  keyId: z.uuid(),
  namespace: z.string(),
  name: z.string(),
  language: z.string(),
  text: z.string(),
  status: z.enum(["draft", "reviewed", "approved"]),
  revision: z.number().int(),
  updatedAt: instant,
});

const keyReference = z.union([
  z.strictObject({ id: z.uuid() }),
  z.strictObject({ namespace: namespaceName.default(DEFAULT_NAMESPACE), name: keyName }),
]);

export const keyOperations = {
  "keys.create": operation({
    summary: "Create up to 1,000 keys, with their texts, whole or not at all",
    mount: "api",
    method: "POST",
    path: "/v1/projects/:projectId/keys",
    access: { by: "scope", scope: "keys:write" },
    effect: "create",
    maxBodyBytes: BULK_BYTES,
    input: z.strictObject({
      projectId: z.string(),
      message: z.string().max(500).optional().describe("why, for the changeset"),
      keys: z
        .array(
          z.strictObject({
            namespace: namespaceName.default(DEFAULT_NAMESPACE),
            name: keyName,
            description: z.string().max(2000).optional(),
            format: z.enum(["icu", "plain"]).default("icu"),
            tags: z.array(z.string().min(1).max(60)).max(20).default([]),
            maxLength: z.number().int().min(1).max(65_536).optional(),
            values: z.record(languageCode, text).default({}).describe("needs translations:write"),
          }),
        )
        .min(1)
        .max(BULK_LIMIT),
    }),
    output: z.strictObject({ changesetId: z.string(), items: z.array(key) }),
  }),
  "keys.list": operation({
    summary: "The project's keys",
    mount: "api",
    method: "GET",
    path: "/v1/projects/:projectId/keys",
    access: { by: "scope", scope: "keys:read" },
    effect: "read",
    input: z.strictObject({ projectId: z.string(), namespace: namespaceName.optional(), ...paging }),
    output: page(key),
  }),
  "values.set": operation({
    summary: "Set up to 1,000 values, whole or not at all",
    mount: "api",
    method: "POST",
    path: "/v1/projects/:projectId/values",
    access: { by: "scope", scope: "translations:write" },
    effect: "change",
    maxBodyBytes: BULK_BYTES,
    input: z.strictObject({
      projectId: z.string(),
      message: z.string().max(500).optional().describe("why, for the changeset"),
      values: z
        .array(
          z.strictObject({
            key: keyReference,
            language: languageCode,
            text,
            status: z.enum(["draft", "reviewed", "approved"]).default("approved"),
          }),
        )
        .min(1)
        .max(BULK_LIMIT),
    }),
    output: z.strictObject({
      changesetId: z.string().nullable().describe("null when every value was already so"),
      updated: z.number().int(),
      unchanged: z.number().int(),
    }),
  }),
  "values.list": operation({
    summary: "The values of one language, or of all",
    mount: "api",
    method: "GET",
    path: "/v1/projects/:projectId/values",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      projectId: z.string(),
      language: languageCode.optional(),
      namespace: namespaceName.optional(),
      ...paging,
    }),
    output: page(value),
  }),
};
