import type { Reader, Transaction } from "../context.ts";
import { preparedWrite } from "../database/prepared.ts";
import type { OutboxTable } from "../database/schema.ts";

const addEvent = preparedWrite((store, row: OutboxTable) =>
  store.insertInto("outbox").values({
    id: row.id,
    event: row.event,
    organizationId: row.organizationId,
    projectId: row.projectId,
    payload: row.payload,
    createdAt: row.createdAt,
    deliveredAt: row.deliveredAt,
  }),
);

export async function insertEvent(tx: Transaction, row: OutboxTable): Promise<void> {
  await addEvent(tx, row);
}

/** Deletes at most `budget` undelivered events older than `before`; answers how many. */
export async function deleteOldEvents(store: Reader, before: number, budget: number): Promise<number> {
  const old = store
    .selectFrom("outbox")
    .select("id")
    .where("createdAt", "<", before)
    .where("deliveredAt", "is", null)
    .limit(budget);
  const { numDeletedRows } = await store.deleteFrom("outbox").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}
