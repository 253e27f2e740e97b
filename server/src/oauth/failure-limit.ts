import { DEVICE_GRANT } from "../apps/client-metadata.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import type { HeaderFields } from "../platform/incoming.ts";
import type { Limit } from "../platform/rate-limit.ts";
import type { Visit } from "../platform/strangers.ts";
import { type ClaimedClient, findClient, presentedClient } from "./authenticate-client.ts";
import type { Parameters } from "./parameters.ts";
import { selectDeviceRequest } from "./store-devices.ts";
import { selectRefreshToken } from "./store-families.ts";

/** Failures only, per app and network: a valid refresh is never limited, because clients read every failure as revoked. */
const FAILURES: Limit = { count: 60, seconds: 60, ofStrangers: true };

export interface ClientRequest {
  headers: HeaderFields;
  address: string;
}

/**
 * Runs a request that an app authenticates by itself, and slows down whoever fails too often (RFC 6749 §2.3.1): strangers
 * with made-up apps and credentials by their network, before they cost a statement, and who names an app of ours also for
 * that app.
 *
 * Throws `rate_limited` instead of the failure once there were too many.
 */
export async function limitFailures<Answer>(
  ctx: Context,
  request: ClientRequest,
  form: Parameters,
  work: (client: ClaimedClient) => Promise<Answer>,
): Promise<Answer> {
  const visit = visitOf(ctx, request, form);
  const answer = async () => {
    const client = await findClient(ctx, request.headers, form, visit.now);
    return limitOfApp(ctx, client.app.id, request, () => work(client));
  };
  return ctx.strangers.admit(visit, answer, () => isGood(ctx, request, form, visit.now));
}

/** What of a request may be known from before. */
export function visitOf(ctx: Context, { headers, address }: ClientRequest, form: Parameters): Visit {
  const credentials = [
    presentedClient(headers, form)?.secret,
    ...["code", "device_code", "token"].map((name) => form.first(name)),
  ];
  return {
    credentials: credentials.filter((credential) => credential !== undefined),
    address,
    now: ctx.clock.now(),
  };
}

/**
 * The one look-up that a network which is kept out still costs: clients take every refusal of what they hold for its end,
 * be it a refresh token or the code of a device that waits.
 */
async function isGood(
  ctx: Context,
  { headers }: ClientRequest,
  form: Parameters,
  now: number,
): Promise<boolean> {
  const row = await findHeld(ctx, form);
  return row !== undefined && row.appId === presentedClient(headers, form)?.clientId && row.expiresAt > now;
}

/** The row of what the request holds, as long as it can still be used. */
async function findHeld(
  ctx: Context,
  form: Parameters,
): Promise<{ appId: string; expiresAt: number } | undefined> {
  const grantType = form.first("grant_type");
  const token = form.first("refresh_token") ?? "";
  if (grantType === "refresh_token" && looksLike("refresh_token", token)) {
    const row = await selectRefreshToken(ctx.db.read, hashOf(token));
    return row?.endedAt === null ? row : undefined;
  }
  const code = form.first("device_code") ?? "";
  if (grantType === DEVICE_GRANT && looksLike("device_code", code)) {
    const row = await selectDeviceRequest(ctx.db.read, hashOf(code));
    return row?.redeemedAt === null ? row : undefined;
  }
  return undefined;
}

async function limitOfApp<Answer>(
  ctx: Context,
  appId: string,
  { address }: ClientRequest,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    const key = `client-failures:${appId}:${networkOf(address)}`;
    const taken = await ctx.limiter.take(key, FAILURES, ctx.clock.now());
    if (taken.allowed) throw error;
    throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
  }
}
