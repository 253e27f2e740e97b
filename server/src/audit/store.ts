import { sql } from "kysely";
import type { Reader, Transaction } from "../context.ts";
import type { ActorNames } from "../database/actor.ts";
import { preparedWrite } from "../database/prepared.ts";
import type { AuditTable } from "../database/schema.ts";

const addEntry = preparedWrite((store, row: AuditTable) =>
  store.insertInto("auditEntries").values({
    id: row.id,
    at: row.at,
    organizationId: row.organizationId,
    action: row.action,
    outcome: row.outcome,
    actorType: row.actorType,
    actorUserId: row.actorUserId,
    actorAppId: row.actorAppId,
    actorGrantId: row.actorGrantId,
    actorApiKeyId: row.actorApiKeyId,
    actorSession: row.actorSession,
    via: row.via,
    appId: row.appId,
    grantId: row.grantId,
    target: row.target,
    details: row.details,
    requestId: row.requestId,
    address: row.address,
  }),
);

export async function insertEntry(tx: Transaction, row: AuditTable): Promise<void> {
  await addEntry(tx, row);
}

export type EntryRow = AuditTable & ActorNames;

/** Where an entry stands in the list: when it happened, and its id. */
export type Position = readonly [number, string];

/**
 * Entries, newest first, each with the name of the person, app or key that did it. Only the first `lookedAt` after the position
 * are looked at, in the order of the organization's index, whatever else is asked for.
 */
export function selectEntries(
  store: Reader,
  filter: { organizationId: string; action?: string | undefined; appId?: string | undefined },
  { before, lookedAt, limit }: { before: Position | undefined; lookedAt: number; limit: number },
): Promise<EntryRow[]> {
  const { organizationId, action, appId } = filter;
  const entries = newestFirst(store, organizationId, before).selectAll().limit(lookedAt);
  let rows = store
    .selectFrom(entries.as("entries"))
    .leftJoin("users", "users.id", "entries.actorUserId")
    .leftJoin("apps", "apps.id", "entries.actorAppId")
    .leftJoin("apiKeys", "apiKeys.id", "entries.actorApiKeyId")
    .selectAll("entries")
    .select(["users.name as userName", "apps.name as appName", "apiKeys.name as keyName"]);
  if (action !== undefined) rows = rows.where("entries.action", "=", action);
  if (appId !== undefined) rows = rows.where("entries.appId", "=", appId);
  return rows.orderBy("entries.at", "desc").orderBy("entries.id", "desc").limit(limit).execute();
}

/** The position of the `count`-th entry of an organization after a position; undefined when there are not that many. */
export async function selectPositionAhead(
  store: Reader,
  organizationId: string,
  before: Position | undefined,
  count: number,
): Promise<Position | undefined> {
  const rows = newestFirst(store, organizationId, before).select(["at", "id"]);
  const row = await rows
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst();
  return row && [row.at, row.id];
}

function newestFirst(store: Reader, organizationId: string, before: Position | undefined) {
  let rows = store.selectFrom("auditEntries").where("organizationId", "=", organizationId);
  if (before) {
    rows = rows.where(({ eb, refTuple, tuple }) => eb(refTuple("at", "id"), "<", tuple(...before)));
  }
  return rows.orderBy("at", "desc").orderBy("id", "desc");
}

/** Every action in the audit, by one look into the index for each. */
export async function selectActions(store: Reader): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    with recursive known(action) as (
      select min("action") from "auditEntries"
      union all
      select (select min("action") from "auditEntries" where "action" > known.action)
      from known where known.action is not null
    )
    select action from known where action is not null`.execute(store);
  return rows.map(({ action }) => action);
}

/** Deletes at most `budget` entries of one action that were written before `before`; answers how many. */
export async function deleteEntries(
  store: Reader,
  action: string,
  before: number,
  budget: number,
): Promise<number> {
  const old = store
    .selectFrom("auditEntries")
    .select("id")
    .where("action", "=", action)
    .where("at", "<", before)
    .limit(budget);
  const { numDeletedRows } = await store.deleteFrom("auditEntries").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}
