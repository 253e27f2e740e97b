import { type App, findApp } from "../apps/apps.ts";
import { noteSecretUse, secretMatches } from "../apps/secrets.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Parameters } from "./parameters.ts";

/**
 * Finds out which app is calling (RFC 6749 §2.3.1): a confidential one by `client_secret_basic` or `client_secret_post`,
 * a public one by its `client_id` alone.
 *
 * Throws `invalid_client` for an unknown or disabled app, a missing or wrong secret, or a secret from a public app, and
 * `invalid_request` for two methods at once.
 */
export async function authenticateClient(
  ctx: Context,
  headers: Headers,
  form: Parameters,
  now: number,
): Promise<App> {
  const presented = readCredentials(headers, form);
  const app = await findApp(ctx.db.read, presented.clientId, now);
  if (!app?.enabled) throw new ApiError("invalid_client", "There is no such app, or it is disabled.");
  if (!app.confidential) {
    if (presented.secret !== undefined)
      throw new ApiError("invalid_client", "This app is public and has no secret.");
    return app;
  }
  if (presented.secret === undefined)
    throw new ApiError("invalid_client", "This app must send its client secret.");
  const secretId = await secretMatches(ctx.db.read, app.id, presented.secret);
  if (!secretId) throw new ApiError("invalid_client", "The client secret is wrong.");
  noteSecretUse(ctx, secretId, now);
  return app;
}

/** The app that a request claims to come from, proven or not: good for counting only. */
export function claimedClientId(headers: Headers, form: Parameters): string | undefined {
  try {
    return readCredentials(headers, form).clientId;
  } catch {
    return form.first("client_id");
  }
}

interface Presented {
  clientId: string;
  secret: string | undefined;
}

function readCredentials(headers: Headers, form: Parameters): Presented {
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
