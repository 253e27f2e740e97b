import type { Client } from "../apps/apps.ts";
import { DEVICE_GRANT } from "../apps/client-metadata.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import type { AccessTokens } from "./access-token.ts";
import { type ClaimedClient, proveClient } from "./authenticate-client.ts";
import { exchangeCode } from "./exchange-code.ts";
import { exchangeDeviceCode } from "./exchange-device-code.ts";
import { exchangeRefresh } from "./exchange-refresh.ts";
import { type ClientRequest, limitFailures } from "./failure-limit.ts";
import { Parameters } from "./parameters.ts";
import { countCodeFailure, selectCode } from "./store-requests.ts";

const FORM = "application/x-www-form-urlencoded";

export interface TokenRequest extends ClientRequest {
  body: string;
}

/** What the handler of a grant type receives once the app is known. */
export interface Exchange {
  ctx: Context;
  accessTokens: AccessTokens;
  app: Client;
  form: Parameters;
  now: number;
}

/** `POST /api/auth/mcp/token` (RFC 6749 §3.2, spec/oauth §3). Answers the body; throws the error codes of the RFC. */
export async function token(
  ctx: Context,
  accessTokens: AccessTokens,
  request: TokenRequest,
): Promise<object> {
  const now = ctx.clock.now();
  const form = readForm(request);
  const answer = await limitFailures(ctx, request, form, async (client) => {
    const app = await authenticate(ctx, client, form, now);
    const exchange = { ctx, accessTokens, app, form, now };
    const grantType = form.require("grant_type");
    if (grantType === "authorization_code") return exchangeCode(exchange);
    if (grantType === "refresh_token") return exchangeRefresh(exchange);
    if (grantType === DEVICE_GRANT) return exchangeDeviceCode(exchange);
    throw new ApiError("unsupported_grant_type");
  });
  if (answer instanceof ApiError) throw answer;
  return answer;
}

/** The parameters of a form body; each may stand once (RFC 6749 §3.2). */
export function readForm(request: TokenRequest): Parameters {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== FORM) throw new ApiError("invalid_request", `The body must be ${FORM}.`);
  const form = new Parameters(request.body);
  form.refuseRepeated();
  return form;
}

/** A wrong secret counts against the code that it came with, as a wrong verifier does. */
async function authenticate(
  ctx: Context,
  client: ClaimedClient,
  form: Parameters,
  now: number,
): Promise<Client> {
  try {
    return proveClient(ctx, client, now);
  } catch (error) {
    if (error instanceof ApiError) await countAgainstCode(ctx, client, form.first("code"));
    throw error;
  }
}

/** Reads before it writes: a stranger has no code, and would cost a transaction each time. */
async function countAgainstCode(ctx: Context, { app }: ClaimedClient, code = ""): Promise<void> {
  if (!looksLike("authorization_code", code)) return;
  const row = await selectCode(ctx.db.read, hashOf(code));
  if (row?.appId === app.id) await ctx.db.write((tx) => countCodeFailure(tx, row.hash, app.id));
}
