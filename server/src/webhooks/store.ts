import type { Reader, Transaction } from "../context.ts";
import type { OutboxTable } from "../database/schema.ts";

export async function insertEvent(tx: Transaction, row: OutboxTable): Promise<void> {
  await tx.insertInto("outbox").values(row).execute();
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
