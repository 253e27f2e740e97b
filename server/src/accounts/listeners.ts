import type { Transaction } from "../context.ts";

interface UserFacts {
  userId: string;
}

/** Runs in the announcing transaction: throwing undoes the change. `now` is in epoch milliseconds. */
export type UserListener = (tx: Transaction, facts: UserFacts, now: number) => Promise<void>;

/** Calls the listeners to what happens to people. They are registered once, at start. */
export class AccountListeners {
  readonly #userDeleted: UserListener[] = [];

  onUserDeleted(listener: UserListener): void {
    this.#userDeleted.push(listener);
  }

  async userDeleted(tx: Transaction, facts: UserFacts, now: number): Promise<void> {
    for (const listener of this.#userDeleted) await listener(tx, facts, now);
  }
}
