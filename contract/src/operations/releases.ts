import { z } from "zod";
import { DEFAULT_CHANNEL } from "../cdn.ts";
import { instant, operation, page, paging } from "../operation.ts";
import { BULK_LIMIT, keyReference, namespaceName } from "./keys.ts";
import { languageCode } from "./projects.ts";

/** Begins with a letter, because `@7` in a published address is a release. */
export const channelName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens, a letter first");
export const releaseNumber = z.coerce.number().int().min(1).max(2_147_483_647);

export const release = z.strictObject({
  id: z.string(),
  number: z.number().int(),
  message: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string().nullable().describe("id of the person who published, or let the app do it"),
  /** Values in the release, and files whose content differs from the release before. */
  valueCount: z.number().int(),
  changedFiles: z.number().int(),
  channels: z.array(z.string()).describe("the channels that point at it now"),
});

const channel = z.strictObject({
  name: z.string(),
  release: z.number().int(),
  movedAt: instant,
  manifest: z.url().describe("where the CDN shows it"),
});

/** How many texts differ, of one language. */
const differences = z.strictObject({
  language: z.string(),
  added: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
});

export const change = z.strictObject({
  language: z.string(),
  namespace: z.string(),
  name: z.string(),
  before: z.string().nullable().describe("null when it is new"),
  after: z.string().nullable().describe("null when it is gone"),
});

/** Narrows a release to a part of the project; whatever is outside stays as the channel shows it. */
const filter = z.strictObject({
  languages: z.array(languageCode).min(1).max(BULK_LIMIT).optional(),
  namespaces: z.array(namespaceName).min(1).max(BULK_LIMIT).optional(),
  values: z
    .array(z.strictObject({ key: keyReference, language: languageCode }))
    .min(1)
    .max(BULK_LIMIT)
    .optional()
    .describe("these alone"),
});

const pending = page(change).extend({
  channel: z.string(),
  base: z.number().int().nullable().describe("the release it is compared with; null before the first"),
  languages: z.array(differences).describe("the languages that differ"),
});

export const releaseOperations = {
  "pending.list": operation({
    summary: "What a publish to a channel would change now",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/pending" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      channel: channelName.default(DEFAULT_CHANNEL),
      language: languageCode.optional(),
      ...paging,
    }),
    output: pending,
  }),
  "plans.create": operation({
    summary: "Work out exactly what a publish would change, so that a release can hold that and nothing else",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/publish-plans" },
    names: "project",
    access: { by: "scope", scope: "translations:publish" },
    effect: "create",
    ownTransactions: true,
    input: z.strictObject({
      channel: channelName.default(DEFAULT_CHANNEL),
      filter: filter.optional(),
    }),
    output: pending.extend({
      planId: z.string(),
      hash: z.string().describe("of everything that the release would hold"),
      expiresAt: instant,
      valueCount: z.number().int(),
      changedFiles: z.number().int(),
      warnings: z.array(
        z.strictObject({
          code: z.enum(["missing_values", "language_removed", "source_language_changed"]),
          language: z.string(),
          count: z
            .number()
            .int()
            .describe("texts the source has and it does not have, that go away, or of the new source"),
        }),
      ),
      nextCursor: z.string().nullable().describe("for plans.changes"),
    }),
  }),
  "plans.changes": operation({
    summary: "The changes of a plan, as long as nothing in it has moved",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/publish-plans/:planId/changes" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    refuses: ["gone", "conflict"],
    input: z.strictObject({
      planId: z.string(),
      language: languageCode.optional(),
      ...paging,
    }),
    output: pending,
  }),
  "releases.create": operation({
    summary: "Publish all pending changes to a channel; with none, the answer is the current release",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/releases" },
    names: "project",
    access: { by: "scope", scope: "translations:publish" },
    effect: "create",
    refuses: ["gone"],
    ownTransactions: true,
    input: z.strictObject({
      message: z.string().max(500).optional(),
      planId: z
        .string()
        .optional()
        .describe("publishes what the plan says, on its channel, and nothing else"),
      channel: channelName.optional().describe(`defaults to ${DEFAULT_CHANNEL}`),
      filter: filter.optional(),
    }),
    output: release,
  }),
  "releases.list": operation({
    summary: "The project's releases, newest first",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/releases" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(release),
  }),
  "releases.get": operation({
    summary: "One release",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/releases/:number" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({ number: releaseNumber }),
    output: release.extend({
      sourceLanguage: z.string(),
      languages: z.array(z.strictObject({ language: z.string(), valueCount: z.number().int() })),
      manifest: z.url().describe("where the CDN shows it, whatever the channels point at"),
    }),
  }),
  "releases.diff": operation({
    summary: "What a release changes against another, or against the one before it",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/releases/:number/diff" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({
      number: releaseNumber,
      against: releaseNumber.optional().describe("defaults to the release before"),
      language: languageCode.optional(),
      ...paging,
    }),
    output: page(change).extend({
      number: z.number().int(),
      against: z.number().int().nullable().describe("null for the first release"),
      languages: z.array(differences).describe("the languages that differ"),
    }),
  }),
  "channels.list": operation({
    summary: "The project's channels and the releases they point at",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/channels" },
    names: "project",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(channel) }),
  }),
  "channels.move": operation({
    summary: "Point a channel, new or old, at a release: promote it, or roll back",
    rest: { mount: "api", method: "PUT", path: "/v1/projects/:projectId/channels/:channel" },
    names: "project",
    access: { by: "scope", scope: "translations:publish" },
    target: "channel",
    effect: "change",
    input: z.strictObject({
      channel: channelName,
      release: z.number().int().min(1).max(2_147_483_647),
    }),
    output: channel,
  }),
  "channels.delete": operation({
    summary: "Take a channel away with its published paths; releases stay, and so does production",
    rest: { mount: "api", method: "DELETE", path: "/v1/projects/:projectId/channels/:channel" },
    names: "project",
    access: { by: "scope", scope: "translations:publish" },
    target: "channel",
    effect: "delete",
    input: z.strictObject({ channel: channelName }),
    output: z.void(),
  }),
};
