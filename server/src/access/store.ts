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

/** Deletes at most `budget` answers that expired before `now`; answers how many. */
export async function deleteExpiredAnswers(store: Reader, now: number, budget: number): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("idempotencyKeys")
    .where(({ eb, refTuple, selectFrom }) => {
      const expired = selectFrom("idempotencyKeys").select(["caller", "key"]).where("expiresAt", "<", now);
      return eb(refTuple("caller", "key"), "in", expired.limit(budget).$asTuple("caller", "key"));
    })
    // Again here: on Postgres a new answer may have taken the place of one since it was picked.
    .where("expiresAt", "<", now)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
