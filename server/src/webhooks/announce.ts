import { EVENTS, type EventData, type EventEnvelope, type EventName } from "@parlance/contract/events";
import type { Transaction } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { newId } from "../platform/crypto.ts";
import { insertEvent } from "./store.ts";

interface Named {
  readonly id: string;
  readonly slug: string;
}

/** What a caller gives for an event; the slugs in its data follow from organization and project. */
type Announcement<Name extends EventName> = {
  readonly organization: Named;
  readonly data: OwnData<Name>;
  /** When it happened, in epoch milliseconds. */
  readonly now: number;
} & ("project" extends keyof EventData<Name> ? { readonly project: Named } : { readonly project?: never });

/** Of a union of names the union of their data, because `Omit` alone keeps only the fields that all of them have. */
type OwnData<Name extends EventName> = Name extends EventName
  ? Omit<EventData<Name>, "org" | "project">
  : never;

/**
 * Puts an event in its envelope (contract/events) into the outbox, in the transaction that made it true. Throws when the
 * data does not fit the event's schema.
 */
export async function announce<Name extends EventName>(
  tx: Transaction,
  type: Name,
  announcement: Announcement<Name>,
): Promise<void> {
  const envelope = makeEnvelope(type, announcement);
  await insertEvent(tx, {
    id: envelope.id,
    event: type,
    organizationId: envelope.organization.id,
    projectId: envelope.project?.id ?? null,
    payload: JSON.stringify(envelope),
    createdAt: announcement.now,
    deliveredAt: null,
  });
}

function makeEnvelope<Name extends EventName>(
  type: Name,
  { organization, project, data, now }: Announcement<Name>,
): EventEnvelope {
  const slugs = { org: organization.slug, ...(project && { project: project.slug }) };
  return {
    id: newId("evt"),
    type,
    time: iso(now),
    organization: { id: organization.id, slug: organization.slug },
    project: project ? { id: project.id, slug: project.slug } : null,
    data: EVENTS[type].parse({ ...slugs, ...data }),
  };
}
