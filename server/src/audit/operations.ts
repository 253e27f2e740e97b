import type { Handlers } from "../context.ts";
import { namedActor } from "../database/actor.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { type EntryRow, selectEntries } from "./store.ts";

export const auditHandlers: Handlers<"audit.list"> = {
  async "audit.list"(call, { action, appId, limit, cursor }) {
    const before = decodeCursor(cursor, ["number", "string"]) as [number, string] | undefined;
    const filter = { organizationId: call.reach.organization.id, action, appId };
    const rows = await selectEntries(call.store, filter, { before, limit: limit + 1 });
    return toPage(rows, limit, toEntry, (row) => [row.at, row.id]);
  },
};

function toEntry(row: EntryRow) {
  const { id, at, action, outcome, via, appId, grantId, target, details } = row;
  return {
    id,
    at: iso(at),
    action,
    outcome,
    // A deleted person or app keeps its id here, without a name.
    actor: namedActor(row),
    via,
    appId,
    grantId,
    target,
    details: JSON.parse(details) as Record<string, unknown>,
  };
}
