import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";

/** One network may begin this many authorizations, in browsers and on devices; each leaves a row until it expires. */
const AUTHORIZE_LIMIT = { count: 120, seconds: 60, ofStrangers: true } as const;

/** Throws `rate_limited` when this network began too many authorizations. */
export async function limitAuthorizations(ctx: Context, address: string, now: number): Promise<void> {
  const taken = await ctx.limiter.take(`authorize:${networkOf(address)}`, AUTHORIZE_LIMIT, now);
  if (!taken.allowed)
    throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
}
