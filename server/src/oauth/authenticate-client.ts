import { type Client, findClientApp } from "../apps/apps.ts";
import { findSecret, noteSecretUse } from "../apps/secrets.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { HeaderFields } from "../platform/incoming.ts";
import type { Parameters } from "./parameters.ts";

/** The app that a request says it comes from, not proven yet, and the secret that it sent. */
export interface ClaimedClient {
  readonly app: Client;
  readonly secret: string | undefined;
  /** What that secret is, of whatever app. */
  readonly known: { readonly id: string; readonly appId: string } | undefined;
}

/**
 * Finds the app that a request names (RFC 6749 §2.3.1): by `client_secret_basic` or `client_secret_post`, or by its
 * `client_id` alone.
 *
 * Throws `invalid_client` for an unknown or disabled app, and `invalid_request` for two methods at once.
 */
export async function findClient(
  ctx: Context,
  headers: HeaderFields,
  form: Parameters,
  now: number,
): Promise<ClaimedClient> {
  const { clientId, secret } = readCredentials(headers, form);
  const [app, known] = await Promise.all([
    findClientApp(ctx.db.read, clientId, now),
    secret === undefined ? undefined : findSecret(ctx.db.read, secret),
  ]);
  if (!app?.enabled) throw new ApiError("invalid_client", "There is no such app, or it is disabled.");
  return { app, secret, known };
}

/**
 * The app, when the request really comes from it: a confidential one proves that by its secret, a public one by nothing.
 * Throws `invalid_client` for a missing or wrong secret, or a secret from a public app.
 */
export function proveClient(ctx: Context, { app, secret, known }: ClaimedClient, now: number): Client {
  if (!app.confidential) {
    if (secret !== undefined) throw new ApiError("invalid_client", "This app is public and has no secret.");
    return app;
  }
  if (secret === undefined) throw new ApiError("invalid_client", "This app must send its client secret.");
  if (known?.appId !== app.id) throw new ApiError("invalid_client", "The client secret is wrong.");
  ctx.strangers.remember(secret);
  noteSecretUse(ctx, known.id, now);
  return app;
}

/** Who a request says that it comes from, if that can be read: good for recognizing it only. */
export function presentedClient(headers: HeaderFields, form: Parameters): Presented | undefined {
  try {
    return readCredentials(headers, form);
  } catch {
    return undefined;
  }
}

interface Presented {
  clientId: string;
  secret: string | undefined;
}

function readCredentials(headers: HeaderFields, form: Parameters): Presented {
  const authorization = headers.get("authorization");
  const inBody = form.get("client_id");
  const secret = form.get("client_secret");
  if (authorization === null) {
    if (!inBody) throw new ApiError("invalid_client", "The client_id is missing.");
    return { clientId: inBody, secret };
  }
  if (secret !== undefined) {
    throw new ApiError(
      "invalid_request",
      "Authenticate with one method: the Authorization header or client_secret.",
    );
  }
  const basic = readBasic(authorization);
  if (inBody !== undefined && inBody !== basic.clientId) {
    throw new ApiError(
      "invalid_request",
      "The client_id in the body is not the one in the Authorization header.",
    );
  }
  return basic;
}

/** Both halves are form-urlencoded before they are joined (RFC 6749 §2.3.1). */
function readBasic(authorization: string): Presented {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization.trim())?.[1];
  const [, id, secret] =
    /^([^:]*):(.*)$/s.exec(encoded ? Buffer.from(encoded, "base64").toString("utf8") : "") ?? [];
  const clientId = decodeForm(id ?? "");
  if (!clientId)
    throw new ApiError("invalid_client", "The Authorization header is not valid Basic authentication.");
  return { clientId, secret: decodeForm(secret ?? "") || undefined };
}

function decodeForm(text: string): string {
  try {
    const decoded = decodeURIComponent(text.replaceAll("+", " "));
    return decoded.includes("\u0000") ? "" : decoded;
  } catch {
    return "";
  }
}
