import { readUserCode } from "@parlance/contract/user-code";
import { z } from "zod";
import type { Session } from "../accounts/session.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { hashOf } from "../platform/crypto.ts";
import type { Limit } from "../platform/rate-limit.ts";
import { claimRequest, selectRequestOfUserCode } from "./store-devices.ts";
import { hashOfUserCode } from "./user-code.ts";

/** Codes that one person, and all people of one network, may type, right or wrong (RFC 8628 §5.1, decision 27). */
const PER_PERSON: Limit = { count: 10, seconds: 600 };
const PER_NETWORK: Limit = { count: 100, seconds: 600, ofStrangers: true };

const codeBody = z.strictObject({ user_code: z.string().max(200) });

/** Who types: the person, their browser's token, and the network address. */
interface Typist {
  session: Session | null;
  browserToken: string;
  address: string;
}

/**
 * Takes the code that a device shows from the person who typed it (RFC 8628 §3.3): the request behind it is theirs from now
 * on, in this browser, and is decided on the page of every other one.
 *
 * Throws `sign_in_required`, `invalid_request` for what cannot be a code, `not_found` for one that nobody was shown,
 * `already_decided`, `request_expired`, `wrong_account` for one that somebody else brought first, and `rate_limited`.
 */
export async function enterCode(
  ctx: Context,
  { session, browserToken, address }: Typist,
  body: unknown,
): Promise<{ request_id: string }> {
  if (!session) throw new ApiError("sign_in_required");
  const now = ctx.clock.now();
  const typed = codeBody.safeParse(body).data?.user_code;
  const code = typed === undefined ? null : readUserCode(typed);
  if (code === null) {
    throw new ApiError(
      "invalid_request",
      "A code has eight letters, none of them a vowel, such as BCDF-GHJK.",
    );
  }
  await limitGuesses(ctx, session.userId, address, now);
  const request = await selectRequestOfUserCode(ctx.db.read, hashOfUserCode(ctx, code));
  if (!request) throw new ApiError("not_found", "No device shows this code. Check it, letter by letter.");
  if (request.decidedAt !== null) throw new ApiError("already_decided", "This code was used already.");
  if (request.expiresAt <= now) throw new ApiError("request_expired", "This code has expired.");
  const claim = { userId: session.userId, browserHash: hashOf(browserToken), now };
  if (!(await ctx.db.write((tx) => claimRequest(tx, request.id, claim)))) {
    throw new ApiError("wrong_account", "Somebody else has typed this code already.");
  }
  return { request_id: request.id };
}

/** The person's first, so that nobody uses up by themselves what a whole network shares. */
async function limitGuesses(ctx: Context, userId: string, address: string, now: number): Promise<void> {
  for (const [key, limit] of [
    [`user-codes:${userId}`, PER_PERSON],
    [`user-codes:${networkOf(address)}`, PER_NETWORK],
  ] as const) {
    const taken = await ctx.limiter.take(key, limit, now);
    if (!taken.allowed)
      throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
  }
}
