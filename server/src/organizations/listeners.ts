import type { Transaction } from "../context.ts";

interface MemberRemoved {
  organizationId: string;
  userId: string;
  /** The user who did it: the member, when they left. */
  by: string;
}

interface OrganizationDeleted {
  organizationId: string;
  by: string;
}

interface OrganizationRenamed {
  organizationId: string;
}

/** Runs in the announcing transaction: throwing undoes the change. `now` is in epoch milliseconds. */
type Listener<Facts> = (tx: Transaction, facts: Facts, now: number) => Promise<void>;

/** Calls the listeners to what happens in organizations. They are registered once, at start. */
export class OrganizationListeners {
  readonly #memberRemoved: Listener<MemberRemoved>[] = [];
  readonly #organizationDeleted: Listener<OrganizationDeleted>[] = [];
  readonly #organizationRenamed: Listener<OrganizationRenamed>[] = [];

  onMemberRemoved(listener: Listener<MemberRemoved>): void {
    this.#memberRemoved.push(listener);
  }

  onOrganizationDeleted(listener: Listener<OrganizationDeleted>): void {
    this.#organizationDeleted.push(listener);
  }

  onOrganizationRenamed(listener: Listener<OrganizationRenamed>): void {
    this.#organizationRenamed.push(listener);
  }

  async memberRemoved(tx: Transaction, facts: MemberRemoved, now: number): Promise<void> {
    for (const listener of this.#memberRemoved) await listener(tx, facts, now);
  }

  async organizationDeleted(tx: Transaction, facts: OrganizationDeleted, now: number): Promise<void> {
    for (const listener of this.#organizationDeleted) await listener(tx, facts, now);
  }

  async organizationRenamed(tx: Transaction, facts: OrganizationRenamed, now: number): Promise<void> {
    for (const listener of this.#organizationRenamed) await listener(tx, facts, now);
  }
}
