import type { Input, Output } from "@parlance/contract/operations";
import type { Reader } from "../context.ts";
import { namedActor } from "../database/actor.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, encodeCursor, toPage } from "../platform/cursor.ts";
import { type EntryRow, type Position, selectEntries, selectPositionAhead } from "./store.ts";

/** So many entries are looked at for one page, however rare the action is that it asks for. */
const ENTRIES_LOOKED_AT = 2000;

/**
 * A page of what happened in an organization, newest first. The work of a page does not grow with the audit: one with a
 * filter may hold fewer entries than asked, even none, although its `nextCursor` leads on.
 */
export async function listEntries(
  store: Reader,
  organizationId: string,
  { action, appId, limit, cursor }: Input<"audit.list">,
): Promise<Output<"audit.list">> {
  const before = decodeCursor(cursor, ["number", "string"]) as Position | undefined;
  const isFiltered = action !== undefined || appId !== undefined;
  const lookedAt = isFiltered ? ENTRIES_LOOKED_AT : limit + 1;
  const filter = { organizationId, action, appId };
  const rows = await selectEntries(store, filter, { before, lookedAt, limit: limit + 1 });
  if (!isFiltered || rows.length > limit) return toPage(rows, limit, toEntry, (row) => [row.at, row.id]);
  const end = await selectPositionAhead(store, organizationId, before, lookedAt);
  return { items: rows.map(toEntry), nextCursor: end ? encodeCursor(end) : null };
}

function toEntry(row: EntryRow): Output<"audit.list">["items"][number] {
  const { id, at, action, outcome, via, appId, grantId, target, details, requestId, address } = row;
  return {
    id,
    at: iso(at),
    action,
    outcome,
    // Who is gone keeps their id here, without a name.
    actor: namedActor(row),
    via,
    appId,
    grantId,
    target,
    details: JSON.parse(details) as Record<string, unknown>,
    requestId,
    address,
  };
}
