import type { Reader } from "../context.ts";
import type { IdempotencyTable } from "../database/schema.ts";

export async function selectAnswer(
  store: Reader,
  caller: string,
  key: string,
): Promise<IdempotencyTable | undefined> {
  return store
    .selectFrom("idempotencyKeys")
    .selectAll()
    .where("caller", "=", caller)
    .where("key", "=", key)
    .executeTakeFirst();
}

/** An expired answer under the same key is replaced. */
export async function insertAnswer(store: Reader, row: IdempotencyTable): Promise<void> {
  const { caller: _caller, key: _key, ...fields } = row;
  await store
    .insertInto("idempotencyKeys")
    .values(row)
    .onConflict((conflict) => conflict.columns(["caller", "key"]).doUpdateSet(fields))
    .execute();
}

export async function deleteExpiredAnswers(store: Reader, now: number, budget: number): Promise<void> {
  const expired = await store
    .selectFrom("idempotencyKeys")
    .select(["caller", "key"])
    .where("expiresAt", "<", now)
    .limit(budget)
    .execute();
  for (const { caller, key } of expired) {
    await store.deleteFrom("idempotencyKeys").where("caller", "=", caller).where("key", "=", key).execute();
  }
}
