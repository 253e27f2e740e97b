import { intersect, isIdentityScope, isScope, type Scope } from "@parlance/contract/scopes";
import { notifyAppOwners } from "../apps/notify.ts";
import { recordAudit } from "../audit/record.ts";
import { appActor } from "../database/actor.ts";
import { type FamilyGrant, grantsOfFamily, liveGrants, unionOfScopes } from "../installations/family.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { checkResource, tokenGrant } from "./exchange-code.ts";
import { endFamilies, newRefreshRow, successorOf } from "./families.ts";
import {
  insertRefreshToken,
  type RefreshRow,
  selectRefreshToken,
  setRefreshTokenUsed,
} from "./store-families.ts";
import type { Exchange } from "./token.ts";

/**
 * `grant_type=refresh_token` (RFC 6749 §6): rotates on every use, and a retry gets the same successor (spec/oauth §3).
 *
 * The successor is a keyed hash of its parent, so it can be answered again without having been stored: lost answers,
 * crashes of either side and parallel workers strand nobody.
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
  const grants = liveGrants(await grantsOfFamily(ctx.db.read, row.familyId));
  if (grants.length === 0) throw new ApiError("invalid_grant", "The connection was revoked.");
  const scopes = narrow(form.get("scope"), unionOfScopes(grants));
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

/** `scope` may only narrow this access token; the refresh token keeps its width (RFC 6749 §6). */
function narrow(requested: string | undefined, held: Scope[]): Scope[] {
  if (requested === undefined) return held;
  const names = requested.split(" ").filter((name) => name !== "" && !isIdentityScope(name));
  const wider = names.find((name) => !isScope(name) || !held.includes(name));
  if (wider)
    throw new ApiError("invalid_scope", `The scope ${wider.slice(0, 60)} is wider than what was granted.`);
  return names.length === 0 ? held : intersect(names.filter(isScope), held);
}

/** Answers the successor: new for the first use, the same one for a retry; a replay ends the family. */
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
      for (const grant of grants) {
        await recordAudit(tx, {
          at: now,
          action: "token.refreshed",
          organizationId: grant.row.organizationId,
          actor: appActor({ appId: app.id, userId: row.userId, grantId: grant.row.grantId }),
          appId: app.id,
          grantId: grant.row.grantId,
          target: row.familyId,
        });
      }
      return true;
    }));
  return first ? successor : retry(exchange, token, successor);
}

/** A replaced token gets the same successor until that one was used, within the window since the first use. */
async function retry(exchange: Exchange, token: string, successor: string): Promise<string> {
  const { ctx, app, now } = exchange;
  const parent = await selectRefreshToken(ctx.db.read, hashOf(token));
  if (!parent?.usedAt || parent.endedAt !== null)
    throw new ApiError("invalid_grant", "The refresh token was revoked.");
  if (parent.successorHash !== hashOf(successor)) {
    throw new ApiError("invalid_grant", "The refresh token can no longer be renewed.");
  }
  const windowSeconds = app.confidential
    ? ctx.config.REFRESH_RETRY_CONFIDENTIAL_SECONDS
    : ctx.config.REFRESH_RETRY_PUBLIC_SECONDS;
  const child = await selectRefreshToken(ctx.db.read, parent.successorHash);
  const retriable = child !== undefined && child.usedAt === null && now < after(parent.usedAt, windowSeconds);
  if (retriable) return successor;
  await endReplayed(exchange, parent);
  throw new ApiError("invalid_grant", "The refresh token was replaced, and its successor is in use.");
}

async function endReplayed({ ctx, app, now }: Exchange, parent: RefreshRow): Promise<void> {
  const ended = await ctx.db.write((tx) =>
    endFamilies(tx, { id: parent.familyId }, "replayed_refresh_token", now),
  );
  if (ended.length === 0) return;
  await notifyAppOwners(ctx, ctx.db.read, app.id, {
    subject: `A refresh token of ${app.name} was used twice`,
    text: [
      `A refresh token of your app ${app.name} was presented after its successor had been used.`,
      "",
      "Either it was stolen, or two copies of your app keep the same token apart from each other. The tokens of that",
      "connection were ended, the connection itself lives: ask the user to connect again.",
      "",
      `${ctx.config.PUBLIC_URL}/`,
    ].join("\n"),
  });
}
