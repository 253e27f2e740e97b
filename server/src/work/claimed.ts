import type { Context, Reader, Transaction } from "../context.ts";
import { type BackOff, backOffMs } from "./back-off.ts";
import { Claim, type ClaimColumns, ClaimLost, type ClaimTerms } from "./claim.ts";
import type { Worker } from "./worker.ts";

export interface Piece {
  readonly id: string;
  /** How often it was claimed since it last got on, this time included. */
  readonly attempts: number;
}

/** Work whose pieces are rows of a claimed table. */
export interface ClaimedWork<Row extends Piece> extends Omit<Worker, "begin" | "step"> {
  /** How often a piece is tried before it is given up, and how long it rests after each failure. */
  readonly retry: BackOff & { readonly attempts: number };
  /** The piece whose turn it is: unclaimed, or its claim ran out. Read outside of transactions. */
  next(store: Reader, now: number): Promise<string | undefined>;
  /** The one statement that claims a piece and counts the attempt; undefined when another worker was first. */
  claim(tx: Transaction, id: string, terms: ClaimTerms): Promise<Row | undefined>;
  /** Changes a piece as the worker that has claimed it; answers whether it still has. */
  change(tx: Transaction, id: string, by: string, fields: Partial<ClaimColumns>): Promise<boolean>;
  /** Frees what was claimed by a process that is over: the claims that begin with its id and a slash. */
  release(tx: Transaction, node: string): Promise<void>;
  /**
   * Works on a piece to its end. Every transaction renews the claim and throws `ClaimLost` where that fails. Lets the piece
   * go and returns when `claim.isStopping` says so. What it throws puts the piece off.
   */
  run(ctx: Context, piece: Row, claim: Claim): Promise<void>;
  /** Ends a piece that was tried too often; its owner should see that. */
  giveUp(ctx: Context, piece: Row, claim: Claim): Promise<void>;
}

/** A worker that claims one piece after the other. A piece that fails makes none of the others wait. */
export function claimed<Row extends Piece>(work: ClaimedWork<Row>): Worker {
  const { name, everyMs, wokenBy, atOnce } = work;
  return {
    ...{ name, everyMs, wokenBy, atOnce },
    async begin(ctx) {
      for (const node of ctx.node.gone) await ctx.db.write((tx) => work.release(tx, node));
    },
    async step(ctx, isStopping) {
      const claim = new Claim(ctx, isStopping);
      const piece = await claimNext(ctx, work, claim);
      if (piece) await workOn(ctx, work, piece, claim);
      return piece !== undefined;
    },
  };
}

async function claimNext<Row extends Piece>(
  ctx: Context,
  work: ClaimedWork<Row>,
  claim: Claim,
): Promise<Row | undefined> {
  for (;;) {
    const id = await work.next(ctx.db.read, ctx.clock.now());
    if (id === undefined) return undefined;
    const piece = await ctx.db.write((tx) => work.claim(tx, id, claim.terms()));
    // Otherwise another worker was first, and there may be more.
    if (piece) return piece;
  }
}

async function workOn<Row extends Piece>(
  ctx: Context,
  work: ClaimedWork<Row>,
  piece: Row,
  claim: Claim,
): Promise<void> {
  const facts = { worker: work.name, piece: piece.id, attempts: piece.attempts };
  try {
    if (piece.attempts <= work.retry.attempts) return await work.run(ctx, piece, claim);
    ctx.log.error(facts, "background work was given up");
    await work.giveUp(ctx, piece, claim);
  } catch (error) {
    if (error instanceof ClaimLost)
      return ctx.log.info(facts, "background work was claimed by another worker");
    const againInMs = backOffMs(piece.attempts, work.retry);
    ctx.log.error({ ...facts, err: error, againInMs }, "background work failed");
    const rest = { claimedBy: null, claimedUntil: ctx.clock.now() + againInMs };
    await ctx.db.write((tx) => work.change(tx, piece.id, claim.by, rest));
  }
}
