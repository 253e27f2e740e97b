import type { Reader } from "../context.ts";

export interface Icon {
  contentType: string;
  bytes: Uint8Array;
  hash: string;
}

export async function selectIcon(store: Reader, appId: string): Promise<Icon | undefined> {
  return await store
    .selectFrom("appIcons")
    .select(["contentType", "bytes", "hash"])
    .where("appId", "=", appId)
    .executeTakeFirst();
}

export async function upsertIcon(store: Reader, appId: string, icon: Icon): Promise<void> {
  await store
    .insertInto("appIcons")
    .values({ appId, ...icon })
    .onConflict((conflict) => conflict.column("appId").doUpdateSet({ ...icon }))
    .execute();
}

export async function deleteIcon(store: Reader, appId: string): Promise<void> {
  await store.deleteFrom("appIcons").where("appId", "=", appId).execute();
}
