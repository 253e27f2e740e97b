import type { Reader } from "../context.ts";
import type { AppDocumentTable, AppTable } from "../database/schema.ts";

export async function selectDocument(store: Reader, appId: string): Promise<AppDocumentTable | undefined> {
  return store.selectFrom("appDocuments").selectAll().where("appId", "=", appId).executeTakeFirst();
}

/**
 * Makes the row of an app if there is none, and locks it either way, so that of several who come at once each sees what
 * the one before wrote. Answers the row as it stands.
 */
export async function insertOrLockApp(store: Reader, row: AppTable): Promise<AppTable> {
  return store
    .insertInto("apps")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet((eb) => ({ id: eb.ref("excluded.id") })))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function upsertDocument(store: Reader, { appId, ...facts }: AppDocumentTable): Promise<void> {
  await store
    .insertInto("appDocuments")
    .values({ appId, ...facts })
    .onConflict((conflict) => conflict.column("appId").doUpdateSet(facts))
    .execute();
}
