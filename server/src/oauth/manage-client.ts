import { type App, findApp } from "../apps/apps.ts";
import { endRegistration, findRegistration } from "../apps/registrations.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { describeClient } from "./register-client.ts";

/** A request to the address that a registration was answered with (RFC 7592 §2), from the network address `address`. */
interface ManagementRequest {
  clientId: string;
  /** The Bearer token; undefined without one. */
  token: string | undefined;
  address: string;
}

interface Managed {
  app: App;
  registration: { id: string; appId: string };
  token: string;
}

/**
 * `GET /api/auth/mcp/register/:clientId` (RFC 7592 §2.1): what is registered. The token comes back as it was sent, because
 * only its hash is known. Throws `invalid_token` alike for whatever does not fit (§2).
 */
export async function readClient(ctx: Context, request: ManagementRequest): Promise<object> {
  const { app, registration, token } = await findManaged(ctx, request);
  return {
    ...describeClient(ctx, app, { appId: registration.appId, token }, app.createdAt),
    token_endpoint_auth_method: app.confidential ? "client_secret_basic" : "none",
  };
}

/**
 * `DELETE` there (RFC 7592 §2.3): the registration ends, and with the last one the app, its grants and all its tokens.
 * Throws `invalid_token`.
 */
export async function unregisterClient(ctx: Context, request: ManagementRequest): Promise<void> {
  const { registration } = await findManaged(ctx, request);
  const ended = await ctx.db.write((tx) => endRegistration(tx, registration, ctx.clock.now()));
  if (!ended) throw unknownToken();
}

async function findManaged(ctx: Context, { clientId, token, address }: ManagementRequest): Promise<Managed> {
  if (token === undefined) {
    throw new ApiError("invalid_token", "Send the registration_access_token in the Authorization header.");
  }
  const now = ctx.clock.now();
  return ctx.strangers.admit({ credentials: [token], address, now }, async () => {
    const registration = await findRegistration(ctx.db.read, token);
    const app = registration?.appId === clientId && (await findApp(ctx.db.read, clientId, now));
    if (!registration || !app) throw unknownToken();
    return { app, registration, token };
  });
}

function unknownToken(): ApiError {
  return new ApiError("invalid_token", "The registration_access_token is not one of this client.");
}
