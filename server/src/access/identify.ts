import { CREDENTIALS } from "@parlance/contract/credentials";
import type { Operation } from "@parlance/contract/operation";
import type { Caller, Context } from "../context.ts";
import { findInstallation } from "../installations/find-token.ts";
import type { AccessTokens } from "../oauth/access-token.ts";
import { ApiError } from "../platform/api-error.ts";
import type { CallRequest } from "./perform.ts";

export type Identify = (operation: Operation, request: CallRequest, now: number) => Promise<Caller>;
/** Who is signed in, by cookie. */
export type FindSession = (headers: Headers) => Promise<Extract<Caller, { kind: "session" }> | null>;

/**
 * Who is asking: by `Authorization: Bearer` or `x-api-key` (both at once is `invalid_request`), else by the session
 * cookie. A session counts only for same-origin requests; a token in the query is ignored (RFC 9700 §4.3.2).
 */
export function identifier(ctx: Context, accessTokens: AccessTokens, findSession: FindSession): Identify {
  return async (operation, request, now) => {
    if (operation.access.by === "anyone") return { kind: "anyone" };
    const token = presentedToken(request.headers);
    if (token === null) return identifySession(ctx, operation, request, findSession);
    if (operation.access.by === "role") throw new ApiError("invalid_token", "This address takes no tokens.");
    if (token.startsWith(CREDENTIALS.installation_token.prefix)) {
      if (operation.access.by === "access_token") {
        throw new ApiError("invalid_token", "An installation token cannot do this; use the access token.");
      }
      return findInstallation(ctx.db.read, token, now);
    }
    if (operation.access.by === "scope") {
      throw new ApiError("invalid_token", "This address takes installation tokens only.");
    }
    return accessTokens.find(token, "partner", now);
  };
}

/** Throws when the credential is of a kind that this operation never takes. */
export function refuseWrongKind(operation: Operation, caller: Caller): void {
  const allowed: Record<Operation["access"]["by"], readonly Caller["kind"][]> = {
    scope: ["installation", "session"],
    access_token: ["access"],
    any_token: ["access", "installation"],
    role: ["session"],
    anyone: ["anyone"],
  };
  if (!allowed[operation.access.by].includes(caller.kind)) throw new ApiError("invalid_token");
}

/** The credential in the headers; null without one. Throws `invalid_request` for two at once. */
export function presentedToken(headers: Headers): string | null {
  const authorization = headers.get("authorization");
  const apiKey = headers.get("x-api-key");
  if (authorization !== null && apiKey !== null) {
    throw new ApiError("invalid_request", "Send the token once: in Authorization or in x-api-key.");
  }
  if (apiKey !== null) return apiKey;
  if (authorization === null) return null;
  const match = /^bearer +(\S+)$/i.exec(authorization.trim());
  if (!match?.[1]) throw new ApiError("invalid_token", "Authorization must be Bearer and a token.");
  return match[1];
}

async function identifySession(
  ctx: Context,
  operation: Operation,
  request: CallRequest,
  findSession: FindSession,
): Promise<Caller> {
  const takesSession = operation.access.by === "role" || operation.access.by === "scope";
  if (takesSession) {
    if (request.method !== "GET" && request.method !== "HEAD") checkOrigin(ctx, request.headers);
    const session = await findSession(request.headers);
    if (session) return session;
  }
  if (operation.access.by === "role") throw new ApiError("sign_in_required");
  throw new ApiError("invalid_token", "Send an installation or access token in the Authorization header.");
}

/** Only pages of PUBLIC_URL may act with the session cookie (spec/oauth §5). */
export function checkOrigin(ctx: Context, headers: Headers): void {
  const cookie = headers.get("cookie");
  if (cookie === null) return;
  if (headers.get("origin") !== ctx.config.PUBLIC_URL) {
    throw new ApiError("forbidden", "This may only be sent from a page of this server.");
  }
}
