import type { Context, Database, Transaction } from "../context.ts";
import { idempotencyKeyLock } from "../database/locks.ts";
import type { IdempotencyTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { Lru } from "../platform/lru.ts";
import { isGone, newClaimId } from "../platform/node-identity.ts";
import { claimKey, deleteClaim, insertAnswer, renewClaim, selectAnswer, settleClaim } from "./store.ts";

const KEPT_SECONDS = 24 * 60 * 60;
/** A call that is silent for so long is taken for dead, and another with its key may do the deed. */
const CLAIM_SECONDS = 30;
/** Ids of claims whose calls have failed in this process while the database was away. */
const abandoned = new Lru<true>(10_000);

/** A call that is to be done once: whose key, and a digest of what it asks for. */
export type OnceCall = Pick<IdempotencyTable, "caller" | "key" | "operation" | "bodyHash">;

/** What a call answered, and whether it was an earlier one with the same key. */
export interface Done {
  readonly output: unknown;
  readonly replayed: boolean;
}

/**
 * Does the deed in `tx` unless it was done, and keeps the answer beside it. A second call waits for the first. Throws
 * `conflict` when the key came with another request.
 */
export async function doOnce(
  db: Database,
  tx: Transaction,
  { call, now }: { call: OnceCall; now: number },
  deed: () => Promise<unknown>,
): Promise<Done> {
  await db.lock(tx, idempotencyKeyLock(call.caller, call.key));
  const known = await selectAnswer(tx, call);
  if (known && known.expiresAt > now) return { output: outputOf(call, known, now), replayed: true };
  const output = await deed();
  await insertAnswer(tx, {
    ...call,
    ...lifeFrom(now),
    body: bodyOf(output),
    claimId: null,
    claimedUntil: null,
  });
  return { output, replayed: false };
}

/**
 * A key that was claimed before the deed, for a deed of several transactions. `settle` keeps the answer and belongs into the
 * transaction that does it: a process that dies before has done nothing, and one that dies after has answered.
 */
export class Claim {
  readonly #ctx: Context;
  readonly #call: OnceCall;
  readonly #id: string;
  #renewing: NodeJS.Timeout | undefined;

  constructor(ctx: Context, call: OnceCall) {
    this.#ctx = ctx;
    this.#call = call;
    this.#id = newClaimId(ctx.node);
  }

  /**
   * Claims the key; answers what an earlier call with it has answered, if one has. Throws `conflict` while another call with
   * the key is under way, and when the key came with another request.
   */
  async take(now: number): Promise<Done | undefined> {
    const { db } = this.#ctx;
    const claimed = { body: "", claimId: this.#id, claimedUntil: after(now, CLAIM_SECONDS) };
    const row = { ...this.#call, ...lifeFrom(now), ...claimed };
    const isMine = await db.write((tx) => claimKey(tx, row, now));
    if (isMine) {
      this.#renewing = setInterval(() => void this.#renew(), (CLAIM_SECONDS * 1000) / 3).unref();
      return undefined;
    }
    const known = await selectAnswer(db.read, this.#call);
    if (!known) throw underWay(1);
    if (known.claimId !== null && this.#isOver(known.claimId)) {
      const { claimId } = known;
      await db.write((tx) => deleteClaim(tx, this.#call, claimId));
      return this.take(now);
    }
    return { output: outputOf(this.#call, known, now), replayed: true };
  }

  /** Whether its call failed here, or in a process that is over, before it could say so. */
  #isOver(claimId: string): boolean {
    return abandoned.get(claimId) === true || isGone(this.#ctx.node, claimId);
  }

  /** Throws `conflict` when the claim ran out and another call took it. */
  async settle(tx: Transaction, output: unknown): Promise<void> {
    if (!(await settleClaim(tx, this.#call, this.#id, bodyOf(output)))) throw underWay(CLAIM_SECONDS);
  }

  /** The call has ended. */
  rest(): void {
    clearInterval(this.#renewing);
  }

  /**
   * The call has failed, so that its key is free again, unless the deed was done all the same. Where the database cannot be
   * told, this process knows it.
   */
  async abandon(): Promise<void> {
    try {
      await this.#ctx.db.write((tx) => deleteClaim(tx, this.#call, this.#id));
    } catch (error) {
      abandoned.set(this.#id, true);
      this.#ctx.log.warn({ err: error }, "an idempotency key stays claimed in the database");
    }
  }

  async #renew(): Promise<void> {
    const { db, clock, log } = this.#ctx;
    const until = after(clock.now(), CLAIM_SECONDS);
    await db
      .write((tx) => renewClaim(tx, this.#call, this.#id, until))
      .catch((error: unknown) => log.warn({ err: error }, "an idempotency key could not be claimed longer"));
  }
}

function outputOf(call: OnceCall, known: IdempotencyTable, now: number): unknown {
  if (known.operation !== call.operation || known.bodyHash !== call.bodyHash) {
    throw new ApiError("conflict", "This Idempotency-Key was used for another request.");
  }
  if (known.claimId !== null) throw underWay(secondsUntil(known.claimedUntil ?? now, now));
  return JSON.parse(known.body) ?? undefined;
}

function underWay(retryAfterSeconds: number): ApiError {
  const sentence = "A call with this Idempotency-Key is under way. Ask again for its answer.";
  return new ApiError("conflict", sentence, { retryAfterSeconds });
}

function secondsUntil(instant: number, now: number): number {
  return Math.max(1, Math.ceil((instant - now) / 1000));
}

function lifeFrom(now: number): Pick<IdempotencyTable, "createdAt" | "expiresAt"> {
  return { createdAt: now, expiresAt: after(now, KEPT_SECONDS) };
}

function bodyOf(output: unknown): string {
  return JSON.stringify(output ?? null);
}
