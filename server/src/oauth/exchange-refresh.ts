import { intersect, isIdentityScope, isScope, type Scope } from "@parlance/contract/scopes";
import type { Client } from "../apps/apps.ts";
import {
  type FamilyGrant,
  grantsOfFamily,
  liveGrants,
  unionOfCaps,
  unionOfScopes,
} from "../installations/family.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { newRefreshRow, recordOfGrants, successorOf } from "./families.ts";
import { checkResource, tokenGrant } from "./first-tokens.ts";
import { answerReplaced } from "./late-refresh.ts";
import {
  insertRefreshToken,
  type RefreshRow,
  selectRefreshToken,
  setRefreshTokenUsed,
} from "./store-families.ts";
import type { Exchange } from "./token.ts";

/**
 * `grant_type=refresh_token` (RFC 6749 §6): rotates on every use, and whoever comes late gets the newest token of the
 * chain (spec/oauth §3).
 *
 * A successor is a keyed hash of its parent, so it can be answered again without having been stored: lost answers,
 * crashes of either side, parallel workers and holders that slept strand nobody.
 */
export async function exchangeRefresh(exchange: Exchange): Promise<object> {
  const { ctx, accessTokens, app, form, now } = exchange;
  const token = form.require("refresh_token");
  const row = looksLike("refresh_token", token)
    ? await selectRefreshToken(ctx.db.read, hashOf(token))
    : undefined;
  if (!row || row.appId !== app.id)
    throw new ApiError("invalid_grant", "The refresh token is not one of this app.");
  if (row.endedAt !== null || row.expiresAt <= now) {
    throw new ApiError("invalid_grant", "The refresh token has expired or was revoked.");
  }
  const all = await grantsOfFamily(ctx.db.read, row.familyId);
  const grants = liveGrants(all);
  if (grants.length === 0) throw new ApiError("invalid_grant", "The connection was revoked.");
  const scopes = narrow(form.get("scope"), { held: unionOfScopes(grants), approved: unionOfCaps(all), app });
  const audience = checkResource(exchange, JSON.parse(row.resources) as string[]);
  const successor = await rotate(exchange, row, token, grants);
  const claims = { familyId: row.familyId, appId: app.id, userId: row.userId, audience, scopes };
  return {
    access_token: await accessTokens.sign(claims, now),
    token_type: "Bearer",
    expires_in: ctx.config.ACCESS_TOKEN_SECONDS,
    refresh_token: successor,
    grant_id: grants[0]?.row.grantId,
    scope: scopes.join(" "),
    grants: grants.map((grant) => ({ ...tokenGrant(grant), scopes: intersect(grant.scopes, scopes) })),
  };
}

/**
 * `scope` may only narrow this access token; the refresh token keeps its width (RFC 6749 §6). Clients keep sending what was
 * first granted, so what was approved and is off now is left out, as are the names that authorize ignores of the same app.
 */
function narrow(
  requested: string | undefined,
  { held, approved, app }: { held: Scope[]; approved: Scope[]; app: Client },
): Scope[] {
  const names = requested?.split(" ").filter((name) => name !== "" && !isIdentityScope(name)) ?? [];
  const wider = names.find((name) => (isScope(name) ? !approved.includes(name) : app.trusted));
  if (wider)
    throw new ApiError("invalid_scope", `The scope ${wider.slice(0, 60)} is wider than what was granted.`);
  const asked = names.filter(isScope);
  if (asked.length === 0) return held;
  const left = intersect(asked, held);
  if (left.length === 0)
    throw new ApiError("invalid_scope", "The user has switched all of these scopes off.");
  return left;
}

/** The first use gets a new successor, whoever comes with the same token after that what `answerReplaced` finds. */
async function rotate(
  exchange: Exchange,
  row: RefreshRow,
  token: string,
  grants: FamilyGrant[],
): Promise<string> {
  const { ctx, app, now } = exchange;
  const successor = successorOf(ctx, row, token);
  // The key that made this token is no longer configured: nobody's fault, so nothing is ended.
  if (successor === undefined)
    throw new ApiError("invalid_grant", "The refresh token can no longer be renewed.");
  const first =
    row.usedAt === null &&
    (await ctx.db.write(async (tx) => {
      if (!(await setRefreshTokenUsed(tx, row.hash, hashOf(successor), now))) return false;
      await insertRefreshToken(tx, newRefreshRow(ctx, successor, row.familyId, now));
      const entry = { action: "token.refreshed" as const, familyId: row.familyId, appId: app.id };
      await recordOfGrants(tx, grants, entry, now);
      return true;
    }));
  return first ? successor : answerReplaced(exchange, token, grants);
}
