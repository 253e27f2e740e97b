import { recordAudit } from "../audit/record.ts";
import type { Call, Context, OwnCall, Reach, Reader, Transaction } from "../context.ts";
import { hashOf } from "../platform/crypto.ts";
import { Claim, type Done, doOnce, type OnceCall } from "./idempotency.ts";
import type { Options } from "./options.ts";
import { checkOutput } from "./output.ts";
import type { CallRequest } from "./perform.ts";
import type { Placed } from "./place.ts";
import { requireRoleStill } from "./role.ts";

/** A handler, whatever it is given and answers. */
// biome-ignore lint/suspicious/noExplicitAny: the declaration beside a handler says what both are
export type AnyHandler = (call: any, input: any) => Promise<unknown>;

/** A call that was let in. */
interface LetIn {
  readonly request: CallRequest;
  readonly placed: Placed;
  readonly input: unknown;
  readonly options: Options;
  readonly now: number;
}

/** The last phases of a call: idempotency, transaction, output, audit. */
export class Run {
  readonly #ctx: Context;
  readonly #letIn: LetIn;
  #attempt: Attempt;

  constructor(ctx: Context, letIn: LetIn) {
    this.#ctx = ctx;
    this.#letIn = letIn;
    this.#attempt = new Attempt(ctx, letIn);
  }

  /** Where the call stands by now; null when that is in no organization. */
  get reach(): Reach | null {
    return this.#attempt.reach;
  }

  async toEnd(): Promise<Done> {
    const { effect, ownTransactions } = this.#letIn.request.declaration;
    if (this.#letIn.options.dryRun) return this.#dry();
    const done = ownTransactions
      ? await this.#own()
      : effect === "read"
        ? { output: await this.#attempt.answer(this.#ctx.db.read), replayed: false }
        : await this.#ctx.db.write((tx) => this.#inTransaction(tx), this.#turn());
    await this.#attempt.runLater();
    return done;
  }

  /** A transaction that is tried again starts clean: nothing that was noted on the first try stays. */
  async #inTransaction(tx: Transaction): Promise<Done> {
    const attempt = this.#newAttempt();
    const { now } = this.#letIn;
    const deed = () => attempt.write(tx);
    const call = this.#onceCall();
    return call ? doOnce(this.#ctx.db, tx, { call, now }, deed) : { output: await deed(), replayed: false };
  }

  /** The handler commits by itself, so that its key is claimed before. */
  async #own(): Promise<Done> {
    const call = this.#onceCall();
    const claim = call && new Claim(this.#ctx, call);
    try {
      // Inside: a claim whose answer did not arrive may have been made.
      return (await claim?.take(this.#letIn.now)) ?? (await this.#commitByItself(claim));
    } catch (error) {
      await claim?.abandon();
      throw error;
    } finally {
      claim?.rest();
    }
  }

  async #commitByItself(claim: Claim | null): Promise<Done> {
    const attempt = this.#newAttempt(claim);
    const output = await attempt.answer(this.#ctx.db.read);
    if (!attempt.isSettled) await this.#ctx.db.write((tx) => attempt.settle(tx, output));
    this.#ctx.crash("call.committed");
    return { output, replayed: false };
  }

  /** The same path, rolled back: nothing is stored, kept, audited or sent. */
  async #dry(): Promise<Done> {
    try {
      return await this.#ctx.db.write(async (tx) => {
        throw new RolledBack(await this.#newAttempt().write(tx));
      }, this.#turn());
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      return { output: error.output, replayed: false };
    }
  }

  /** Whoever writes to a project will take its lock, and waits for it without a connection. */
  #turn(): { turn?: string } {
    const { project } = this.#letIn.placed;
    return project ? { turn: project.id } : {};
  }

  #newAttempt(claim?: Claim | null): Attempt {
    this.#attempt = new Attempt(this.#ctx, this.#letIn, claim ?? undefined);
    return this.#attempt;
  }

  /**
   * The same request names the same things, asks for the same and may do the same: a handler that asks for more than is
   * declared, such as a further scope, is not asked again, so that its answer opens only to a caller who holds as much.
   */
  #onceCall(): OnceCall | null {
    const { request, placed, input, options } = this.#letIn;
    const { idempotencyOwner: caller } = request.caller;
    if (options.idempotencyKey === undefined || caller === null) return null;
    const { organization, scopes, projects } = placed.reach ?? {};
    const allowed = [organization?.id, scopes, projects === "all", placed.project?.id];
    const asked = [...allowed, options.expectedRevision, input];
    return {
      caller,
      key: options.idempotencyKey,
      operation: request.name,
      bodyHash: hashOf(JSON.stringify(asked)),
    };
  }
}

/** What a dry run answers leaves its transaction as an error, so that everything it wrote is rolled back. */
class RolledBack extends Error {
  readonly output: unknown;

  constructor(output: unknown) {
    super("rolled back");
    this.output = output;
  }
}

/** One run of the handler, and what it said beside its answer. */
class Attempt {
  readonly #ctx: Context;
  readonly #letIn: LetIn;
  readonly #claim: Claim | undefined;
  readonly #notes: Record<string, unknown> = {};
  readonly #later: (() => Promise<void> | void)[] = [];
  isSettled = false;
  reach: Reach | null;

  constructor(ctx: Context, letIn: LetIn, claim?: Claim) {
    this.#ctx = ctx;
    this.#letIn = letIn;
    this.#claim = claim;
    this.reach = letIn.placed.reach;
  }

  /** In one transaction, with its audit row. */
  async write(tx: Transaction): Promise<unknown> {
    const { request, placed } = this.#letIn;
    const { access } = request.declaration;
    await requireRoleStill(this.#ctx.db, tx, { access, actor: request.caller.actor, reach: placed.reach });
    const output = await this.answer(tx);
    await this.#audit(tx);
    return output;
  }

  /** What the handler answers. */
  async answer(store: Reader): Promise<unknown> {
    const { request, placed, input, options, now } = this.#letIn;
    const { caller, declaration, handler } = request;
    const call: Call & OwnCall & Placed = {
      ...this.#ctx,
      ...placed,
      caller,
      actor: caller.actor,
      via: request.via,
      store,
      now,
      requestId: request.requestId,
      address: request.address,
      findAgain: request.findAgain,
      gone: request.gone,
      expectedRevision: options.expectedRevision,
      bytes: request.bytes,
      afterCommit: (work) => void this.#later.push(work),
      note: (details) => void Object.assign(this.#notes, details),
      standIn: (reach) => {
        this.reach = reach;
      },
      settle: (tx, output) => this.settle(tx, output),
    };
    const output = await handler(call, input);
    checkOutput(this.#ctx.config, declaration, output);
    return output;
  }

  async settle(tx: Transaction, output: unknown): Promise<void> {
    await this.#audit(tx);
    await this.#claim?.settle(tx, output);
    this.#ctx.crash("call.settled");
    this.isSettled = true;
  }

  async runLater(): Promise<void> {
    for (const work of this.#later) {
      try {
        await work();
      } catch (error) {
        this.#ctx.log.error({ err: error, operation: this.#letIn.request.name }, "after commit");
      }
    }
  }

  async #audit(tx: Transaction): Promise<void> {
    const { request, placed, input, now } = this.#letIn;
    const { name, declaration, caller, via } = request;
    const { organizationId, appId, grantId, target, ...details } = this.#notes as Notes;
    await recordAudit(tx, {
      at: now,
      action: name,
      actor: caller.actor,
      via,
      organizationId: organizationId ?? (this.reach ?? caller.home)?.organization.id,
      appId: appId ?? caller.actor.appId,
      grantId: grantId ?? this.reach?.grantId ?? caller.actor.grantId,
      target:
        target ?? fieldOf(input, declaration.target) ?? placed.project?.id ?? placed.reach?.organization.id,
      details,
    });
  }
}

/** What a handler may note beside details of its own. */
interface Notes extends Record<string, unknown> {
  organizationId?: string;
  appId?: string;
  grantId?: string;
  target?: string;
}

function fieldOf(input: unknown, name: string | undefined): string | undefined {
  return name === undefined ? undefined : String((input as Record<string, unknown>)[name]);
}
