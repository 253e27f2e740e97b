import type { Reader } from "../context.ts";
import type { SigningKeyTable } from "../database/schema.ts";

export async function selectSigningKeys(store: Reader): Promise<SigningKeyTable[]> {
  return store.selectFrom("signingKeys").selectAll().orderBy("activeFrom").orderBy("id").execute();
}

export async function insertSigningKey(store: Reader, row: SigningKeyTable): Promise<void> {
  await store.insertInto("signingKeys").values(row).execute();
}
