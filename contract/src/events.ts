/** Events written to the outbox, for whoever subscribes (spec/translations, "Webhooks"). */
export const EVENTS = {
  "grant.created": "an app was connected to the organization",
  "grant.updated": "an existing connection was authorized again",
  "grant.revoked": "a connection ended",
  "language.added": "a target language was added",
  "language.removed": "a target language was removed",
  "keys.created": "keys were created",
  "keys.deleted": "keys were moved to the trash",
  "translations.updated": "values were written",
  "translations.published": "a release reached a channel",
} as const;

export type EventName = keyof typeof EVENTS;
