import type { EventName } from "@parlance/contract/events";
import type { Reader } from "../context.ts";
import { newId } from "../platform/crypto.ts";
import { insertEvent } from "./store.ts";

interface Announcement {
  organizationId: string;
  projectId?: string | null;
  data: Record<string, unknown>;
  now: number;
}

/** Puts an event into the outbox, in the transaction that made it true. */
export async function announce(
  store: Reader,
  event: EventName,
  { organizationId, projectId, data, now }: Announcement,
): Promise<void> {
  await insertEvent(store, {
    id: newId("evt"),
    event,
    organizationId,
    projectId: projectId ?? null,
    payload: JSON.stringify(data),
    createdAt: now,
    deliveredAt: null,
  });
}
