import type { IdentityScope } from "@parlance/contract/scopes";
import type { Context } from "../context.ts";
import { needLiveGrants } from "../installations/family.ts";
import { ApiError } from "../platform/api-error.ts";
import type { AccessTokens } from "./access-token.ts";
import { findFamily } from "./families.ts";
import { selectPerson } from "./store-people.ts";

/** `GET /api/auth/mcp/userinfo`: the claims that the identity scopes of the authorization open (spec/oauth §1). */
export async function userinfo(
  ctx: Context,
  accessTokens: AccessTokens,
  { token, address }: { token: string; address: string },
): Promise<object> {
  const visit = { credentials: [token], address, now: ctx.clock.now() };
  const claims = await ctx.strangers.admit(visit, () => claimsOf(ctx, accessTokens, token));
  ctx.strangers.remember(token);
  return claims;
}

async function claimsOf(ctx: Context, accessTokens: AccessTokens, token: string): Promise<object> {
  const claims = await accessTokens.read(token, ctx.clock.now());
  if (!claims) throw new ApiError("invalid_token");
  needLiveGrants(await accessTokens.findLive(claims));
  const family = await findFamily(ctx.db.read, claims.familyId);
  const person = await selectPerson(ctx.db.read, claims.userId);
  if (!family || !person) throw new ApiError("invalid_token");
  const held = JSON.parse(family.identityScopes) as IdentityScope[];
  if (!held.includes("openid")) {
    throw new ApiError("insufficient_scope", "This needs the scope openid.", { required: "openid" });
  }
  return {
    sub: person.id,
    ...(held.includes("profile") && { name: person.name }),
    ...(held.includes("email") && { email: person.email, email_verified: person.email_verified }),
  };
}
