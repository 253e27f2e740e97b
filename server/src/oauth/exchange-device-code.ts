import type { Transaction } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { answerWith, checkResource, refuseReplay, type Started, startFamilies } from "./first-tokens.ts";
import { isChanged } from "./same-document.ts";
import { type DeviceRow, lengthenInterval, selectDeviceRequest, setPolled } from "./store-devices.ts";
import { setRequestRedeemed } from "./store-requests.ts";
import type { Exchange } from "./token.ts";

/**
 * What `slow_down` adds to the interval (RFC 8628 §3.5), and up to where: a longer one makes nobody slower who does not
 * listen, and each step is a write.
 */
const SLOWER = { bySeconds: 5, mostSeconds: 60 } as const;
/** Clocks of two nodes differ, and timers fire early: a poll this much before its time is in time. */
const TOLERANCE_MS = 1000;

/**
 * `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4): what a device polls with until a person has
 * decided. Answers tokens as a code does, or `authorization_pending` as a value: whoever waits as it was told has not failed.
 *
 * Throws `slow_down` before its interval is over, `access_denied`, `expired_token`, `unauthorized_client` for an app that
 * may not, and `invalid_grant` for a code that is used or not its own.
 */
export async function exchangeDeviceCode(exchange: Exchange): Promise<object | ApiError> {
  const { ctx, app, form, now } = exchange;
  if (!app.deviceFlow) throw new ApiError("unauthorized_client");
  const code = form.require("device_code");
  const row = looksLike("device_code", code)
    ? await selectDeviceRequest(ctx.db.read, hashOf(code))
    : undefined;
  if (!row || row.appId !== app.id)
    throw new ApiError("invalid_grant", "The device code is not one of this app.");
  if (row.redeemedAt !== null) return refuseReplay(exchange, row.hash, row.redeemedAt);
  if (row.decision === "denied") throw new ApiError("access_denied");
  if (row.expiresAt <= now || (await isChanged(ctx.db.read, row))) throw new ApiError("expired_token");
  const audience = checkResource(exchange, JSON.parse(row.resources) as string[]);
  const { userId } = row;
  if (row.decision === null || userId === null) return wait(exchange, row);
  const started = await ctx.db.write((tx) => redeem(exchange, tx, { ...row, userId }));
  return answerWith(exchange, userId, started, audience);
}

async function wait({ ctx, now }: Exchange, row: DeviceRow): Promise<ApiError> {
  const nextAt = row.polledAt === null ? now : row.polledAt + row.intervalSeconds * 1000 - TOLERANCE_MS;
  const isInTime = nextAt <= now && (await ctx.db.write((tx) => setPolled(tx, row, now)));
  if (isInTime) return new ApiError("authorization_pending");
  if (row.intervalSeconds < SLOWER.mostSeconds)
    await ctx.db.write((tx) => lengthenInterval(tx, row.hash, SLOWER));
  throw new ApiError("slow_down");
}

async function redeem(
  exchange: Exchange,
  tx: Transaction,
  row: DeviceRow & { userId: string },
): Promise<Started> {
  if (!(await setRequestRedeemed(tx, row.requestId, exchange.now))) {
    throw new ApiError("invalid_grant", "The device code was used already.");
  }
  return startFamilies(exchange, tx, row);
}
