import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { actorOf, recordAudit } from "../audit/record.ts";
import type { Call, Caller, Context, Handlers, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { runDry, wantsDryRun } from "./dry-run.ts";
import { checkIdempotencyKey, recall, remember } from "./idempotency.ts";
import { type Identify, refuseWrongKind } from "./identify.ts";
import { expectedRevision } from "./if-match.ts";
import { checkInput } from "./input.ts";
import { findPlace, type Place } from "./place.ts";
import { type RateHeaders, rateHeaders, refuseTooMany, takeRate } from "./rate-limit.ts";
import { requireRoleStill } from "./role.ts";
import { checkScope } from "./scope.ts";

/** One call as a door hands it over. */
export interface CallRequest {
  method: string;
  headers: Headers;
  /** Path parameters, decoded. */
  params: Record<string, string>;
  query: Record<string, string>;
  /** Reads and parses the JSON body; only asked for once caller and place are known. */
  body: (maxBytes: number) => Promise<unknown>;
  /** The body as it comes, for operations that take bytes. */
  bytes: (maxBytes: number) => AsyncIterable<Uint8Array>;
  address: string;
  requestId: string;
}

export interface CallAnswer {
  status: number;
  body: unknown;
  headers: Record<string, string>;
}

export type Perform = (name: OperationName, request: CallRequest) => Promise<CallAnswer>;

/** A refusal together with what is known of the caller by then, for the door's headers. */
export class Refusal extends Error {
  readonly error: unknown;
  readonly caller: Caller | null;
  readonly headers: RateHeaders;

  constructor(error: unknown, caller: Caller | null, headers: RateHeaders) {
    super("refused", { cause: error });
    this.error = error;
    this.caller = caller;
    this.headers = headers;
  }
}

/** The one way into every operation. Throws `Refusal`. */
export function performer(ctx: Context, identify: Identify, handlers: Handlers): Perform {
  return async (name, request) => {
    const operation: Operation = OPERATIONS[name];
    const now = ctx.clock.now();
    let caller: Caller | null = null;
    let rate: RateHeaders = {};
    try {
      caller = await identify(operation, request, now);
      refuseWrongKind(operation, caller);
      const taken = await takeRate(ctx, name, operation, caller, request.address, now);
      rate = rateHeaders(taken);
      refuseTooMany(taken);
      const scope = checkScope(operation, caller);
      const place = await findPlace(ctx.db.read, operation, caller, request.params);
      scope(place.reach);
      const input = await checkInput(operation, request);
      const key = checkIdempotencyKey(operation, request);
      const dry = wantsDryRun(operation, request);
      const revision = expectedRevision(operation, request);
      const run = new Run(ctx, { name, operation, caller, place, request, revision, now });
      const handler = handlers[name] as AnyHandler;
      const answer = dry ? await run.dry(handler, input) : await run.answer(handler, input, key);
      return { ...answer, headers: { ...rate, ...answer.headers } };
    } catch (error) {
      if (caller && error instanceof ApiError && error.status === 403) {
        await recordRefusal(ctx, name, caller, error, now);
      }
      throw new Refusal(error, caller, rate);
    }
  };
}

type AnyHandler = (call: Call & Place, input: unknown) => Promise<unknown>;

interface Facts {
  name: OperationName;
  operation: Operation;
  caller: Caller;
  place: Place;
  request: CallRequest;
  revision: number | undefined;
  now: number;
}

/** The last phases of one call: idempotency, transaction, output, audit. */
class Run {
  readonly #ctx: Context;
  readonly #facts: Facts;
  readonly #notes: Record<string, unknown> = {};
  #after: (() => Promise<void> | void)[] = [];
  #audited = false;

  constructor(ctx: Context, facts: Facts) {
    this.#ctx = ctx;
    this.#facts = facts;
  }

  async answer(handler: AnyHandler, input: unknown, key: string | null): Promise<CallAnswer> {
    const { operation } = this.#facts;
    const answer =
      operation.effect === "read"
        ? await this.#run(this.#ctx.db.read, handler, input)
        : operation.ownTransactions
          ? await this.#runOwn(handler, input, key)
          : await this.#ctx.db.write((tx) => {
              // A retried transaction starts anew.
              this.#after = [];
              return this.#once(tx, key, input, () => this.#run(tx, handler, input));
            });
    for (const work of this.#after) await this.#attempt(work);
    return answer;
  }

  /** The same path, rolled back: nothing is stored, remembered, audited or sent. */
  dry(handler: AnyHandler, input: unknown): Promise<CallAnswer> {
    return runDry(this.#ctx.db, (tx) => this.#run(tx, handler, input));
  }

  /** The handler commits by itself; what it did is remembered right after, and audited unless it was. */
  async #runOwn(handler: AnyHandler, input: unknown, key: string | null): Promise<CallAnswer> {
    const { caller, now } = this.#facts;
    const known = key && (await recall(this.#ctx.db.read, caller, key, this.#facts.name, input, now));
    if (known) return known;
    const answer = await this.#run(this.#ctx.db.read, handler, input);
    if (key)
      await this.#ctx.db.write((tx) => remember(tx, caller, key, this.#facts.name, input, answer, now));
    return answer;
  }

  async #once(
    tx: Reader,
    key: string | null,
    input: unknown,
    work: () => Promise<CallAnswer>,
  ): Promise<CallAnswer> {
    if (!key) return work();
    const { caller, name, now } = this.#facts;
    await this.#ctx.db.lock(tx as never, `idempotency:${key}`);
    const known = await recall(tx, caller, key, name, input, now);
    if (known) return known;
    const answer = await work();
    await remember(tx, caller, key, name, input, answer, now);
    return answer;
  }

  async #run(store: Reader, handler: AnyHandler, input: unknown): Promise<CallAnswer> {
    const { operation, caller, place, request, revision, now } = this.#facts;
    const call: Call & Place = {
      ...this.#ctx,
      ...place,
      caller,
      store,
      now,
      requestId: request.requestId,
      address: request.address,
      expectedRevision: revision,
      ...(operation.bytes && { bytes: request.bytes(operation.maxBodyBytes ?? 0) }),
      afterCommit: (work) => this.#after.push(work),
      note: (details) => Object.assign(this.#notes, details),
      audit: async (tx) => {
        await this.#audit(tx);
        this.#audited = true;
      },
    };
    if (operation.effect !== "read" && !operation.ownTransactions) {
      await requireRoleStill(this.#ctx.db, store, this.#facts);
    }
    const output = operation.output.parse(await handler(call, input));
    if (operation.ownTransactions) {
      if (!this.#audited) await this.#ctx.db.write((tx) => this.#audit(tx));
    } else if (operation.effect !== "read") {
      await this.#audit(store);
    }
    return { status: statusOf(operation, output), body: output, headers: {} };
  }

  async #audit(store: Reader): Promise<void> {
    const { name, operation, caller, place, request, now } = this.#facts;
    const { organizationId, grantId, appId, target, ...details } = this.#notes as Record<
      string,
      string | undefined
    >;
    await recordAudit(store, {
      at: now,
      action: name,
      ...actorOf(caller),
      ...(grantId && { grantId }),
      ...((appId ?? request.params.appId) && { appId: appId ?? request.params.appId }),
      organizationId: organizationId ?? place.reach?.organization.id ?? organizationOf(caller),
      target: target ?? namedLast(operation.path, request.params),
      details,
    });
  }

  async #attempt(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#ctx.log.error({ err: error, operation: this.#facts.name }, "after commit");
    }
  }
}

/** The innermost thing that the path names: `:appId` of `/organizations/:organizationId/apps/:appId/icon`. */
function namedLast(path: string, params: Record<string, string>): string | null {
  const name = [...path.matchAll(/:(\w+)/g)].at(-1)?.[1];
  return (name && params[name]) ?? null;
}

async function recordRefusal(
  ctx: Context,
  name: OperationName,
  caller: Caller,
  error: ApiError,
  now: number,
): Promise<void> {
  await ctx.db.write((tx) =>
    recordAudit(tx, {
      at: now,
      action: name,
      outcome: "refused",
      ...actorOf(caller),
      organizationId: organizationOf(caller),
      details: { error: error.code, ...(error.extra.required && { required: error.extra.required }) },
    }),
  );
}

function organizationOf(caller: Caller): string | null {
  return caller.kind === "installation" ? caller.reach.organization.id : null;
}

function statusOf(operation: Operation, output: unknown): number {
  if (operation.status) return operation.status;
  if (output === undefined) return 204;
  return operation.effect === "create" ? 201 : 200;
}
