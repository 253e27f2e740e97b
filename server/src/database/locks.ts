import type { Transaction } from "./open.ts";

/**
 * Every lock that a transaction may take, in the order in which it takes them: a holder of a later lock never waits for an
 * earlier one, so no two transactions wait for each other. A transaction may take several locks of one kind, in the order
 * of their ids when another one might take the same.
 */
const ORDER = [
  "sweep",
  "idempotency-key",
  "members",
  "grants",
  "project-slug",
  "project",
  "open-imports",
  "channels",
  "signing-keys",
] as const;

type LockKind = (typeof ORDER)[number];

/** A thing that one transaction at a time may decide about. */
export interface Lock {
  readonly kind: LockKind;
  /** What it locks, among locks of its kind. */
  readonly id: string;
}

/** The rows of one kind of sweep: two nodes would pick the same ones, and then wait for each other. */
export const sweepLock = (name: string): Lock => ({ kind: "sweep", id: name });
/** The answer to one idempotency key of one owner. */
export const idempotencyKeyLock = (owner: string, key: string): Lock => ({
  kind: "idempotency-key",
  id: `${owner}/${key}`,
});
/** Members and roles of an organization. */
export const membersLock = (organizationId: string): Lock => ({ kind: "members", id: organizationId });
/** The grants of one person for one app. */
export const grantsLock = (appId: string, userId: string): Lock => ({
  kind: "grants",
  id: `${appId}:${userId}`,
});
/** Which project of an organization has a slug. */
export const projectSlugLock = (organizationId: string, slug: string): Lock => ({
  kind: "project-slug",
  id: `${organizationId}/${slug}`,
});
/** Keys, values, counters and settings of a project. */
export const projectLock = (projectId: string): Lock => ({ kind: "project", id: projectId });
/** How many imports an organization has open. */
export const openImportsLock = (organizationId: string): Lock => ({
  kind: "open-imports",
  id: organizationId,
});
/** What the channels of a project point at. */
export const channelsLock = (projectId: string): Lock => ({ kind: "channels", id: projectId });
/** Which keys sign. */
export const signingKeysLock: Lock = { kind: "signing-keys", id: "" };

/** The name of a lock in the database. */
export function nameOfLock({ kind, id }: Lock): string {
  return `${kind}:${id}`;
}

/** Throws for a transaction that takes locks against the order: a mistake of ours, which every test would show. */
export class LockOrder {
  readonly #latest = new WeakMap<Transaction, number>();

  /** On SQLite several writes, one after the other, share a transaction. */
  begin(tx: Transaction): void {
    this.#latest.delete(tx);
  }

  check(tx: Transaction, { kind }: Lock): void {
    const rank = ORDER.indexOf(kind);
    const latest = this.#latest.get(tx) ?? 0;
    if (rank < latest) throw new Error(`The lock ${kind} is taken after ${ORDER[latest]}.`);
    this.#latest.set(tx, rank);
  }
}
