import type { Reader } from "../context.ts";
import type { OutboxTable } from "../database/schema.ts";

export async function insertEvent(store: Reader, row: OutboxTable): Promise<void> {
  await store.insertInto("outbox").values(row).execute();
}
