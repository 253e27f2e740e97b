import type { Transaction } from "../context.ts";
import type { AccountListeners } from "./listeners.ts";
import { deleteUserRow } from "./store.ts";

/**
 * Deletes a person with sessions and password, after everybody who has to know was told in the same transaction.
 * A listener that throws keeps the person. Answers whether there was one.
 */
export async function deleteUser(
  tx: Transaction,
  listeners: AccountListeners,
  userId: string,
  now: number,
): Promise<boolean> {
  await listeners.userDeleted(tx, { userId }, now);
  return deleteUserRow(tx, userId);
}
