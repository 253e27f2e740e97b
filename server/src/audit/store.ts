import { sql } from "kysely";
import type { Reader, Transaction } from "../context.ts";
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
  }),
);

export async function insertEntry(tx: Transaction, row: AuditTable): Promise<void> {
  await addEntry(tx, row);
}

export type EntryRow = AuditTable & { userName: string | null; appName: string | null };

/** Entries, newest first, each with the name of the person or app that did it. */
export async function selectEntries(
  store: Reader,
  {
    organizationId,
    action,
    appId,
  }: { organizationId: string; action?: string | undefined; appId?: string | undefined },
  page: { before: [number, string] | undefined; limit: number },
): Promise<EntryRow[]> {
  let query = store
    .selectFrom("auditEntries")
    .leftJoin("users", "users.id", "auditEntries.actorUserId")
    .leftJoin("apps", "apps.id", "auditEntries.actorAppId")
    .selectAll("auditEntries")
    .select(["users.name as userName", "apps.name as appName"])
    .where("auditEntries.organizationId", "=", organizationId)
    .orderBy("auditEntries.at", "desc")
    .orderBy("auditEntries.id", "desc");
  if (action !== undefined) query = query.where("auditEntries.action", "=", action);
  if (appId !== undefined) query = query.where("auditEntries.appId", "=", appId);
  if (page.before) {
    const [at, id] = page.before;
    query = query.where((eb) =>
      eb.or([
        eb("auditEntries.at", "<", at),
        eb.and([eb("auditEntries.at", "=", at), eb("auditEntries.id", "<", id)]),
      ]),
    );
  }
  return query.limit(page.limit).execute();
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
