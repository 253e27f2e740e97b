import { z } from "zod";
import { instant } from "./operation.ts";
import { ALL_SCOPES } from "./scopes.ts";

/** What the data of every event names, by slug: the organization and, where something happened in a project, the project. */
const inOrganization = { org: z.string() };
const inProject = { ...inOrganization, project: z.string() };

const grant = z.strictObject({
  ...inOrganization,
  grantId: z.string(),
  appId: z.string(),
  userId: z.string(),
});
const approvedGrant = grant.extend({
  scopes: z.array(z.enum(ALL_SCOPES)).readonly(),
  projects: z
    .union([z.literal("all"), z.array(z.string()).readonly()])
    .describe("`all` includes future projects"),
});
const language = z.strictObject({ ...inProject, language: z.string() });
const keys = z.strictObject({
  ...inProject,
  namespace: z.string(),
  keys: z.array(z.string()).readonly().describe("full names"),
});

/**
 * Every event that others may subscribe to (spec/translations, "Webhooks"): the schema of its `data`, which existing
 * clients parse by name, and a sentence that says what happened.
 */
export const EVENTS = {
  "grant.created": approvedGrant.describe("an app was connected to the organization"),
  "grant.updated": approvedGrant.describe("an existing connection was authorized again"),
  "grant.revoked": grant.extend({ reason: z.string() }).describe("a connection was revoked"),
  "language.added": language.extend({ languageName: z.string() }).describe("a target language was added"),
  "language.removed": language.describe("a target language was removed"),
  "keys.created": keys.describe("keys were created, or came back from the trash"),
  "keys.deleted": keys.describe("keys were moved to the trash"),
  "translations.updated": language
    .extend({ keysCount: z.number().int(), changesetId: z.string() })
    .describe("values were written or removed"),
  "translations.published": z
    .strictObject({
      ...inProject,
      channel: z.string(),
      release: z.number().int(),
      languages: z.array(z.string()).readonly().describe("those whose published files changed"),
      publishedAt: instant,
      keysCount: z.number().int(),
    })
    .describe("a release reached a channel"),
} as const satisfies Record<string, z.ZodObject>;

export type EventName = keyof typeof EVENTS;
export type EventData<Name extends EventName> = z.infer<(typeof EVENTS)[Name]>;

const named = z.strictObject({ id: z.string(), slug: z.string() });

/** The schema of an event of this type in the outbox; `project` is null for an event of the whole organization. */
export function eventEnvelope<Name extends EventName>(type: Name) {
  return z.strictObject({
    id: z.string(),
    type: z.literal(type),
    time: instant,
    organization: named,
    project: named.nullable(),
    data: EVENTS[type],
  });
}

export type EventEnvelope<Name extends EventName = EventName> = z.infer<
  ReturnType<typeof eventEnvelope<Name>>
>;
