import type { Via } from "@parlance/contract/actors";
import type { Declaration } from "@parlance/contract/operation";
import { recordAudit } from "../audit/record.ts";
import type { Caller, Context, Reach } from "../context.ts";
import { toApiError } from "../database/to-api-error.ts";
import type { ApiError } from "../platform/api-error.ts";
import type { Taken } from "../platform/rate-limit.ts";
import type { Done } from "./idempotency.ts";
import { refuseWrongKind } from "./identify.ts";
import { checkInput } from "./input.ts";
import { checkOptions, type Options } from "./options.ts";
import { type Names, type Placed, place, placeByInput } from "./place.ts";
import { isFirstRefusal, refuseTooMany, takeRate } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";
import { type AnyHandler, Run } from "./run.ts";
import { checkReach, checkScopeAtHome } from "./scope.ts";
import { guarded, whileAllowed } from "./while-allowed.ts";

/** One call as a door hands it over. */
export interface CallRequest {
  /** Of the operation or tool: in the audit, in limits and beside idempotency keys. */
  readonly name: string;
  readonly declaration: Declaration;
  readonly handler: AnyHandler;
  readonly caller: Caller;
  /** Who holds by now what the caller presented. Throws what identifying throws. */
  readonly findAgain: () => Promise<Caller>;
  /** Aborted when the client has gone away, where the door knows that. */
  readonly gone?: AbortSignal | undefined;
  readonly names: Names;
  /** The rest of what was sent; asked for once the caller is known and what it names is found. */
  readonly read: () => Promise<{ input: unknown; options: Options }>;
  readonly via: Via;
  readonly address: string;
  readonly requestId: string;
  /** The body as it comes, of what takes bytes. */
  readonly bytes?: AsyncIterable<Uint8Array> | undefined;
}

export interface Answer extends Done {
  readonly isDryRun: boolean;
  readonly rate: Taken;
}

export type Perform = (request: CallRequest) => Promise<Answer>;

/** The one way into everything that a caller can do, through whatever door. Throws `Refusal`. */
export function performer(ctx: Context): Perform {
  return async (request) => {
    const { declaration, caller, address } = request;
    const { access, organizationField } = declaration;
    const now = ctx.clock.now();
    let rate: Taken | undefined;
    let placed: Placed | undefined;
    let run: Run | undefined;
    try {
      refuseWrongKind(access, caller);
      rate = await takeRate(ctx, request, { caller, address, now });
      refuseTooMany(rate);
      checkScopeAtHome(declaration, caller);
      placed = await place(ctx.db.read, declaration, caller, request.names);
      if (!organizationField) checkReach(declaration, placed.reach);
      const { input: fields, options: asked } = await request.read();
      const input = checkInput(declaration, fields);
      if (organizationField) {
        placed = await placeByInput(ctx.db.read, organizationField, caller, input);
        checkReach(declaration, placed.reach);
      }
      const options = checkOptions(declaration, asked);
      const bytes = request.bytes && whileAllowed(ctx, request, placed, request.bytes);
      const acting = { ...request, caller: actingIn(caller, placed.reach), bytes };
      const letIn = { request: acting, placed, input, options, now };
      run = new Run(ctx, letIn);
      const done = await run.toEnd();
      const output = guarded(ctx, request, placed, done.output);
      return { ...done, output, isDryRun: options.dryRun === true, rate };
    } catch (error) {
      const refused = toApiError(error, { log: ctx.log, requestId: request.requestId });
      if (refused.status === 403) {
        const reach = run?.reach ?? placed?.reach ?? caller.home;
        await recordRefusal(ctx, { ...request, caller: actingIn(caller, reach), reach }, refused, now);
      }
      throw new Refusal(refused, { rate, caller });
    }
  };
}

/** A caller with several grants acts by the one of the organization that the call is placed in. */
function actingIn(caller: Caller, reach: Reach | null): Caller {
  if (reach?.grantId === undefined) return caller;
  return { ...caller, actor: { ...caller.actor, grantId: reach.grantId } };
}

/** Whatever becomes of the row, the refusal stays what it is. */
async function recordRefusal(
  ctx: Context,
  { name, caller, via, address, reach }: CallRequest & { reach: Reach | null },
  { code, extra: { required } }: ApiError,
  now: number,
): Promise<void> {
  const { actor } = caller;
  const entry = {
    at: now,
    action: name,
    outcome: "refused",
    actor,
    via,
    organizationId: reach?.organization.id,
    grantId: actor.grantId,
    appId: actor.appId,
    details: { error: code, ...(required && { required }) },
  } as const;
  try {
    const isFirst = await isFirstRefusal(ctx, code, { caller, reach, address, now });
    if (isFirst) await ctx.db.write((tx) => recordAudit(tx, entry));
  } catch (error) {
    ctx.log.error({ err: error, operation: name }, "a refusal was not recorded");
  }
}
