import type { Reader, Transaction } from "../context.ts";
import type { IdempotencyTable } from "../database/schema.ts";

type Key = Pick<IdempotencyTable, "caller" | "key">;

export function selectAnswer(store: Reader, { caller, key }: Key): Promise<IdempotencyTable | undefined> {
  return store
    .selectFrom("idempotencyKeys")
    .selectAll()
    .where("caller", "=", caller)
    .where("key", "=", key)
    .executeTakeFirst();
}

/** An expired answer under the same key is replaced. */
export async function insertAnswer(tx: Transaction, row: IdempotencyTable): Promise<void> {
  const { caller: _caller, key: _key, ...fields } = row;
  await tx
    .insertInto("idempotencyKeys")
    .values(row)
    .onConflict((conflict) => conflict.columns(["caller", "key"]).doUpdateSet(fields))
    .execute();
}

/**
 * The one statement that claims a key: it is free, its answer has expired, or it was claimed for the same request by a
 * call that is dead. Answers whether it did.
 */
export async function claimKey(tx: Transaction, row: IdempotencyTable, now: number): Promise<boolean> {
  const { caller: _caller, key: _key, ...fields } = row;
  const claimed = await tx
    .insertInto("idempotencyKeys")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["caller", "key"])
        .doUpdateSet(fields)
        .where(({ or, and, eb }) =>
          or([
            eb("idempotencyKeys.expiresAt", "<=", now),
            and([
              eb("idempotencyKeys.claimedUntil", "<=", now),
              eb("idempotencyKeys.operation", "=", row.operation),
              eb("idempotencyKeys.bodyHash", "=", row.bodyHash),
            ]),
          ]),
        ),
    )
    .returning("claimId")
    .executeTakeFirst();
  return claimed?.claimId === row.claimId;
}

/** Keeps the answer of a claimed call; answers whether the claim still was this call's. */
export async function settleClaim(
  tx: Transaction,
  { caller, key }: Key,
  claimId: string,
  body: string,
): Promise<boolean> {
  const result = await tx
    .updateTable("idempotencyKeys")
    .set({ body, claimId: null, claimedUntil: null })
    .where("caller", "=", caller)
    .where("key", "=", key)
    .where("claimId", "=", claimId)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function renewClaim(
  tx: Transaction,
  { caller, key }: Key,
  claimId: string,
  claimedUntil: number,
): Promise<void> {
  await tx
    .updateTable("idempotencyKeys")
    .set({ claimedUntil })
    .where("caller", "=", caller)
    .where("key", "=", key)
    .where("claimId", "=", claimId)
    .execute();
}

export async function deleteClaim(tx: Transaction, { caller, key }: Key, claimId: string): Promise<void> {
  await tx
    .deleteFrom("idempotencyKeys")
    .where("caller", "=", caller)
    .where("key", "=", key)
    .where("claimId", "=", claimId)
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
