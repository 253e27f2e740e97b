import { type EventEnvelope, type EventName, eventEnvelope } from "@parlance/contract/events";
import type { Database } from "../../src/database/open.ts";

/** A project's events of that type, oldest first. Throws when one of them does not fit its schema. */
export async function announcedIn<Name extends EventName>(
  db: Database,
  { id }: { id: string },
  type: Name,
): Promise<EventEnvelope<Name>[]> {
  const rows = await db.read
    .selectFrom("outbox")
    .select("payload")
    .where("projectId", "=", id)
    .where("event", "=", type)
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
  return rows.map(({ payload }) => eventEnvelope(type).parse(JSON.parse(payload)));
}
