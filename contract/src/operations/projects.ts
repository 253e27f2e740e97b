import { z } from "zod";
import { instant, name, operation, page, paging, slug } from "../operation.ts";

export const languageCode = z.string().min(2).max(35).describe("BCP 47, any case");

/** How far a text has come; each stands above the one before. */
export const valueStatus = z.enum(["draft", "reviewed", "approved"]);

const mode = z.enum(["reject", "warn", "off"]);

/**
 * What becomes of a text that breaks the rules of messages: `reject` stores nothing of the call, `warn` stores it and
 * says so, `off` does not look.
 */
export const validationMode = z.strictObject({ api: mode, import: mode });

export const organization = z.strictObject({ id: z.string(), slug: z.string(), name: z.string() });

const projectSummary = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  organizationId: z.string(),
  organizationSlug: z.string(),
  sourceLanguage: z.string(),
  languages: z.array(z.string()).describe("target languages, without the source language"),
  createdAt: instant,
});

export const language = z.strictObject({
  code: z.string(),
  name: z.string(),
  status: z.enum(["active", "draft"]),
  isSource: z.boolean(),
  /** Keys that have a value in this language, and their share of all keys in percent. */
  translated: z.number().int(),
  coverage: z.number(),
});

export const project = projectSummary.extend({
  fileStructure: z.enum(["single_file", "namespaced_folders"]),
  keyFormat: z.enum(["nested", "flat"]),
  validationMode,
  publishFrom: valueStatus.describe("a release holds the texts with this status or one above"),
  peopleStatus: valueStatus.describe("of what people write without a status; apps write approved"),
  keyCount: z.number().int(),
  languages: z.array(language),
  namespaces: z.array(z.strictObject({ name: z.string(), keyCount: z.number().int() })),
  cdn: z.strictObject({
    base: z.url(),
    manifest: z.url(),
    pattern: z.string().describe("URL of a locale's file with {locale} in place of its code"),
  }),
});

export const projectOperations = {
  "organizations.list": operation({
    summary: "The organizations this credential reaches",
    rest: { mount: "api", method: "GET", path: "/organizations" },
    everywhere: true,
    access: { by: "scope", scope: "org:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(organization),
  }),
  "projects.list": operation({
    summary: "The organization's projects that are inside the grant",
    rest: { mount: "api", method: "GET", path: "/organizations/:organizationId/projects" },
    names: "organization",
    access: { by: "scope", scope: "projects:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(projectSummary),
  }),
  "projects.create": operation({
    summary: "Create a project",
    rest: { mount: "api", method: "POST", path: "/v1/projects" },
    access: { by: "scope", scope: "projects:write" },
    organizationField: "organizationId",
    effect: "create",
    refuses: ["project_limited"],
    input: z.strictObject({
      organizationId: z.string().optional().describe("needed with a session; a token has only one"),
      name,
      slug,
      sourceLanguage: languageCode,
      fileStructure: z.enum(["single_file", "namespaced_folders"]).default("single_file"),
      keyFormat: z.enum(["nested", "flat"]).default("nested"),
      validationMode: validationMode
        .extend({ api: mode.default("reject"), import: mode.default("warn") })
        .prefault({}),
      publishFrom: valueStatus.default("approved"),
      peopleStatus: valueStatus.default("approved"),
    }),
    output: project,
  }),
  "projects.get": operation({
    summary: "One project with its languages, namespaces, coverage and CDN addresses",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId" },
    names: "project",
    access: { by: "scope", scope: "projects:read" },
    effect: "read",
    input: z.strictObject({}),
    output: project,
  }),
  "projects.update": operation({
    summary:
      "Rename a project, or decide what is published and what becomes of faulty texts; its addresses stay",
    rest: { mount: "api", method: "PATCH", path: "/v1/projects/:projectId" },
    names: "project",
    access: { by: "scope", scope: "projects:write" },
    effect: "change",
    input: z.strictObject({
      name: name.optional(),
      validationMode: z.strictObject({ api: mode.optional(), import: mode.optional() }).optional(),
      publishFrom: valueStatus.optional().describe("counts from the next release on"),
      peopleStatus: valueStatus.optional(),
    }),
    output: project,
  }),
  // The consent page does not say that an app might do this, so no scope allows it.
  "projects.delete": operation({
    summary: "Delete a project; its published files are gone within a second",
    rest: { mount: "dashboard", method: "DELETE", path: "/projects/:projectId" },
    names: "project",
    access: { by: "role", role: "admin" },
    effect: "delete",
    input: z.strictObject({}),
    output: z.void(),
  }),
  "models.list": operation({
    summary: "The project's content models",
    rest: {
      mount: "api",
      method: "GET",
      path: "/organizations/:organizationSlug/projects/:projectSlug/models",
    },
    names: "project",
    access: { by: "scope", scope: "content:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() })),
  }),
};
