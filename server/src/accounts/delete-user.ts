import type { Transaction } from "../context.ts";
import type { AccountListeners } from "./listeners.ts";
import { deleteUserRow } from "./store.ts";

/**
 * Deletes a person with sessions and password, after the listeners ran in the same transaction; one that throws keeps the
 * person. Answers whether the person existed.
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
