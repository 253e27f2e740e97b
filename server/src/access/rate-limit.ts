import type { Declaration } from "@parlance/contract/operation";
import type { Caller, Context, Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import type { Limit, Taken } from "../platform/rate-limit.ts";

/**
 * One window per caller, or per network where nothing else tells callers apart, and one more for what has a limit of its
 * own. Answers the window that is nearest to its end.
 */
export async function takeRate(
  ctx: Context,
  { name, declaration: { rateLimit } }: { name: string; declaration: Declaration },
  { caller, address, now }: { caller: Caller; address: string; now: number },
): Promise<Taken> {
  const taken = await takeGeneral(ctx, { caller, address, now });
  if (!taken.allowed || !rateLimit) return taken;
  const key = nameOf(caller, address);
  const own = await ctx.limiter.take(`${name}:${key}`, limitFor(caller, rateLimit), now);
  return own.remaining < taken.remaining || !own.allowed ? own : taken;
}

/** The window of everything that a caller asks for, also of what is no call. */
export function takeGeneral(
  { config, limiter }: Pick<Context, "config" | "limiter">,
  { caller, address, now }: { caller: Caller; address: string; now: number },
): Promise<Taken> {
  const general = { count: config.RATE_LIMIT_PER_MINUTE, seconds: 60 };
  return limiter.take(nameOf(caller, address), limitFor(caller, general), now);
}

/**
 * Whether a caller is refused with this code for the first time in a minute, in this organization where it is known in which,
 * so that being refused without end writes little.
 */
export async function isFirstRefusal(
  { limiter }: Pick<Context, "limiter">,
  code: string,
  { caller, reach, address, now }: { caller: Caller; reach: Reach | null; address: string; now: number },
): Promise<boolean> {
  const key = `refused:${code}:${reach?.organization.id ?? ""}:${nameOf(caller, address)}`;
  return (await limiter.take(key, limitFor(caller, { count: 1, seconds: 60 }), now)).allowed;
}

function nameOf({ limitKey }: Caller, address: string): string {
  return limitKey ?? `address:${networkOf(address)}`;
}

function limitFor({ limitKey }: Caller, limit: Limit): Limit {
  return limitKey === null ? { ...limit, ofStrangers: true } : limit;
}

/** Throws `rate_limited` when the window was used up. */
export function refuseTooMany({ allowed, resetSeconds }: Taken): void {
  if (!allowed) throw new ApiError("rate_limited", undefined, { retryAfterSeconds: resetSeconds });
}
