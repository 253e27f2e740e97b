import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { claimedClientId } from "./authenticate-client.ts";
import type { Parameters } from "./parameters.ts";

/** Failures only, per app and address: a valid refresh is never limited, because clients read every failure as revoked. */
const FAILURES = { count: 60, seconds: 60 };

interface ClientRequest {
  headers: Headers;
  address: string;
}

/**
 * Runs a request that an app authenticates by itself, and slows down a caller that fails too often (RFC 6749 §2.3.1).
 * Throws `rate_limited` instead of the failure once there were too many.
 */
export async function limitFailures<Answer>(
  ctx: Context,
  request: ClientRequest,
  form: Parameters,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    const claimed = claimedClientId(request.headers, form)?.slice(0, 100) ?? "";
    const key = `client-failures:${claimed}:${networkOf(request.address)}`;
    const taken = await ctx.limiter.take(key, FAILURES, ctx.clock.now());
    if (taken.allowed) throw error;
    throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
  }
}
