import { intersect, type Scope } from "@parlance/contract/scopes";
import type { Context } from "../context.ts";
import { grantsOfFamily, liveGrants, unionOfScopes } from "../installations/family.ts";
import { findInstallation } from "../installations/installation-caller.ts";
import { ApiError } from "../platform/api-error.ts";
import { type AccessTokens, audiences } from "./access-token.ts";
import { proveClient } from "./authenticate-client.ts";
import { limitFailures } from "./failure-limit.ts";
import { findCredential } from "./find-credential.ts";
import { tokenGrant } from "./first-tokens.ts";
import type { RefreshRow } from "./store-families.ts";
import { readForm, type TokenRequest } from "./token.ts";

const SECOND = 1000;

/**
 * `POST /api/auth/mcp/introspect` (RFC 7662), for confidential apps and their own tokens. Anything else is only
 * `{"active": false}` (§2.2).
 */
export async function introspect(
  ctx: Context,
  accessTokens: AccessTokens,
  request: TokenRequest,
): Promise<object> {
  const now = ctx.clock.now();
  const form = readForm(request);
  const { app, token } = await limitFailures(ctx, request, form, async (client) => {
    const asking = proveClient(ctx, client, now);
    if (!asking.confidential) {
      throw new ApiError("invalid_client", "Introspection is for apps that have a secret.");
    }
    return { app: asking, token: form.require("token") };
  });
  const found = await findCredential(ctx.db.read, accessTokens, token, now);
  if (found?.appId !== app.id) return { active: false };
  const facts =
    found.kind === "refresh"
      ? await describeRefresh(ctx, found.row, now)
      : found.kind === "installation"
        ? await describeInstallation(ctx, token, found.expiresAt, now)
        : await describeAccess(ctx, accessTokens, token, now);
  return facts
    ? { active: true, client_id: app.id, iss: ctx.config.PUBLIC_URL, ...facts }
    : { active: false };
}

async function describeAccess(
  ctx: Context,
  accessTokens: AccessTokens,
  token: string,
  now: number,
): Promise<object | null> {
  const claims = await accessTokens.read(token, now);
  if (!claims || !(await accessTokens.isLive(claims))) return null;
  const grants = liveGrants(await grantsOfFamily(ctx.db.read, claims.familyId));
  const narrowed = (scopes: readonly Scope[]) => intersect(claims.scopes, scopes);
  return {
    token_type: "Bearer",
    scope: narrowed(unionOfScopes(grants)).join(" "),
    sub: claims.userId,
    aud: claims.audience,
    iat: claims.issuedAtSeconds,
    exp: claims.expiresAtSeconds,
    jti: claims.tokenId,
    grants: grants.map((grant) => ({ ...tokenGrant(grant), scopes: narrowed(grant.scopes) })),
  };
}

async function describeRefresh(ctx: Context, row: RefreshRow, now: number): Promise<object | null> {
  if (row.usedAt !== null || row.endedAt !== null || row.expiresAt <= now) return null;
  const grants = liveGrants(await grantsOfFamily(ctx.db.read, row.familyId));
  if (grants.length === 0) return null;
  return {
    token_type: "refresh_token",
    scope: unionOfScopes(grants).join(" "),
    sub: row.userId,
    iat: Math.floor(row.issuedAt / SECOND),
    exp: Math.floor(row.expiresAt / SECOND),
  };
}

async function describeInstallation(
  ctx: Context,
  token: string,
  expiresAt: number,
  now: number,
): Promise<object | null> {
  try {
    const caller = await findInstallation(ctx.db.read, token, now);
    return {
      token_type: "Bearer",
      scope: (caller.home?.scopes ?? []).join(" "),
      sub: caller.actor.userId,
      aud: audiences(ctx).partner,
      exp: Math.floor(expiresAt / SECOND),
      grant_id: caller.actor.grantId,
      organization_id: caller.home?.organization.id,
    };
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
