import type { Reader } from "../context.ts";
import type { AuditTable } from "../database/schema.ts";

export async function insertEntry(store: Reader, row: AuditTable): Promise<void> {
  await store.insertInto("auditEntries").values(row).execute();
}
