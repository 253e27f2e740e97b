import { shownUserCode } from "@parlance/contract/user-code";
import type { Client } from "../apps/apps.ts";
import { isDocumentAddress } from "../apps/document-address.ts";
import { DocumentRefused, documentApp } from "../apps/document-apps.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { newCredential } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { presentedClient, proveClient } from "./authenticate-client.ts";
import { limitAuthorizations } from "./authorize-limit.ts";
import { limitFailures } from "./failure-limit.ts";
import { DEVICE_PAGE_PATH } from "./metadata.ts";
import { checkRequested, newRequest, type Requested } from "./requested.ts";
import { insertDeviceCode } from "./store-devices.ts";
import { insertRequest } from "./store-requests.ts";
import { readForm, type TokenRequest } from "./token.ts";
import { hashOfUserCode, newUserCode } from "./user-code.ts";

/** The least that a device waits between two polls, until it is told to slow down. */
const INTERVAL_SECONDS = 5;
/** With a million devices waiting, one user code in 25,000 is taken already. */
const TRIES = 5;

/**
 * `POST /api/auth/mcp/device_authorization` (RFC 8628 §3.1): begins a request whose answer the device polls for. The app
 * authenticates as at the token endpoint.
 *
 * Throws `unauthorized_client` for an app that may not (decision 27), `invalid_client`, `invalid_request`, `invalid_scope`,
 * `invalid_target` and `rate_limited`.
 */
export async function authorizeDevice(ctx: Context, request: TokenRequest): Promise<object> {
  const now = ctx.clock.now();
  const form = readForm(request);
  await learnDocument(ctx, presentedClient(request.headers, form)?.clientId, request.address);
  return limitFailures(ctx, request, form, async (client) => {
    const app = proveClient(ctx, client, now);
    if (!app.deviceFlow) {
      throw new ApiError("unauthorized_client", "This app is not registered for devices without a browser.");
    }
    const requested = checkRequested(ctx, form, app);
    await limitAuthorizations(ctx, request.address, now);
    return begin(ctx, app, requested, now);
  });
}

/** An app that its document describes may be seen here first. */
async function learnDocument(ctx: Context, clientId: string | undefined, address: string): Promise<void> {
  if (clientId === undefined || !isDocumentAddress(clientId)) return;
  try {
    await documentApp(ctx, clientId, { address, now: ctx.clock.now() });
  } catch (error) {
    if (error instanceof DocumentRefused) throw new ApiError("invalid_client", error.message);
    throw error;
  }
}

async function begin(ctx: Context, app: Client, requested: Requested, now: number): Promise<object> {
  const { DEVICE_CODE_SECONDS, PUBLIC_URL } = ctx.config;
  const row = {
    ...(await newRequest(ctx, app, requested, now)),
    expiresAt: after(now, DEVICE_CODE_SECONDS),
    // The device was told when it ends.
    extendedAt: now,
  };
  const deviceCode = newCredential("device_code");
  const device = {
    hash: hashOf(deviceCode),
    requestId: row.id,
    intervalSeconds: INTERVAL_SECONDS,
    polledAt: null,
  };
  const userCode = await ctx.db.write(async (tx) => {
    await insertRequest(tx, row);
    for (let left = TRIES; left > 0; left--) {
      const code = newUserCode();
      if (await insertDeviceCode(tx, { ...device, userCodeHash: hashOfUserCode(ctx, code) })) return code;
    }
    throw new ApiError("temporarily_unavailable");
  });
  ctx.strangers.remember(deviceCode);
  const page = PUBLIC_URL + DEVICE_PAGE_PATH;
  const shown = shownUserCode(userCode);
  return {
    device_code: deviceCode,
    user_code: shown,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${shown}`,
    expires_in: DEVICE_CODE_SECONDS,
    interval: INTERVAL_SECONDS,
  };
}
