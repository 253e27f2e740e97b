import type { Context } from "../context.ts";
import type { Clock } from "../platform/clock.ts";
import { newClaimId } from "../platform/node-identity.ts";

/** A worker may be silent so long before others take over. */
export const CLAIM_MS = 15_000;

/** What a claimed table says of a row's claim. */
export interface ClaimColumns {
  /** The worker that has claimed it. */
  claimedBy: string | null;
  /** Until then nobody else may claim it; without a worker, nobody at all. */
  claimedUntil: number | null;
  /** How often it was claimed since it last got on. */
  attempts: number;
}

/** What the statement that claims a row is given. */
export interface ClaimTerms {
  readonly by: string;
  readonly now: number;
  readonly until: number;
}

/**
 * Thrown inside a transaction to roll it back, because the row is somebody else's by now, or over. That ends the work on it
 * and is no failure.
 */
export class ClaimLost extends Error {}

/** The right of one worker to one row, for `CLAIM_MS` from when it was taken or last renewed. */
export class Claim {
  readonly by: string;
  readonly isStopping: () => boolean;
  readonly #clock: Clock;
  #renewedAt = 0;

  constructor({ clock, node }: Pick<Context, "clock" | "node">, isStopping: () => boolean) {
    this.by = newClaimId(node);
    this.#clock = clock;
    this.isStopping = isStopping;
  }

  /** For the statement that claims the row. */
  terms(): ClaimTerms {
    const now = this.#clock.now();
    return { by: this.by, now, until: this.renewal().claimedUntil };
  }

  /** For every transaction of the work: written under the condition that the row is still claimed by `by`. */
  renewal(): { claimedUntil: number } {
    this.#renewedAt = this.#clock.now();
    return { claimedUntil: this.#renewedAt + CLAIM_MS };
  }

  /** Whether so much of it is over that work without transactions should renew it. */
  get isDue(): boolean {
    return this.#clock.now() - this.#renewedAt >= CLAIM_MS / 3;
  }
}
