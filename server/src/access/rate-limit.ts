import type { Operation } from "@parlance/contract/operation";
import type { OperationName } from "@parlance/contract/operations";
import type { Caller, Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import type { Taken } from "../platform/rate-limit.ts";

export type RateHeaders = Record<string, string>;

/**
 * One window per installation token (or family, session user, address), and one more for an operation with a limit of
 * its own. Answers the window that is nearest to its end.
 */
export async function takeRate(
  ctx: Context,
  name: OperationName,
  operation: Operation,
  caller: Caller,
  address: string,
  now: number,
): Promise<Taken> {
  const who = keyOf(caller, address);
  const general = { count: ctx.config.RATE_LIMIT_PER_MINUTE, seconds: 60 };
  const taken = await ctx.limiter.take(who, general, now);
  if (!taken.allowed || !operation.rateLimit) return taken;
  const own = await ctx.limiter.take(`${name}:${who}`, operation.rateLimit, now);
  return own.remaining < taken.remaining || !own.allowed ? own : taken;
}

/** Throws `rate_limited` when the window was used up. */
export function refuseTooMany({ allowed, resetSeconds }: Taken): void {
  if (!allowed) throw new ApiError("rate_limited", undefined, { retryAfterSeconds: resetSeconds });
}

export function rateHeaders(taken: Taken): RateHeaders {
  return {
    "RateLimit-Limit": String(taken.limit),
    "RateLimit-Remaining": String(taken.remaining),
    "RateLimit-Reset": String(taken.resetSeconds),
  };
}

function keyOf(caller: Caller, address: string): string {
  switch (caller.kind) {
    case "installation":
      return `token:${caller.tokenHash}`;
    case "access":
      return `family:${caller.familyId}`;
    case "session":
      return `user:${caller.userId}`;
    case "anyone":
      return `address:${networkOf(address)}`;
  }
}
