import { type IdentityScope, intersect, type Scope } from "@parlance/contract/scopes";
import { recordAudit } from "../audit/record.ts";
import type { Transaction } from "../context.ts";
import { appActor } from "../database/actor.ts";
import { type FamilyGrant, grantsOfFamily, liveGrants, unionOfScopes } from "../installations/family.ts";
import { findGrants } from "../installations/find-grants.ts";
import { scopesNow, standingOf } from "../installations/standing.ts";
import { ApiError } from "../platform/api-error.ts";
import { endFamilies, type NewFamily, startFamily } from "./families.ts";
import { toAudience } from "./requested.ts";
import { selectApprovals } from "./store-requests.ts";
import type { Exchange } from "./token.ts";

/** A replay this soon is an honest client's retry: it is refused and ends nothing. */
const HONEST_RETRY_MS = 10_000;

/** The approval that a code stands for, as its row and its request tell it. */
interface Approved {
  /** Of the code. */
  hash: string;
  requestId: string;
  userId: string;
  resources: string;
  identityScopes: string;
}

export interface Started {
  approvalFamilyId: string;
  refreshToken: string;
  /** By grant. */
  refreshTokens: Map<string, string>;
}

/**
 * Starts what a code that was just redeemed is worth: one family for the approval, and one for each grant that still
 * lives (spec/oauth §3). Throws `invalid_grant` when none does.
 */
export async function startFamilies(
  { ctx, app, now }: Exchange,
  tx: Transaction,
  approved: Approved,
): Promise<Started> {
  const grants = await approvedGrants(tx, approved.requestId);
  if (grants.length === 0) throw nothingLeft();
  const common: Omit<NewFamily, "kind" | "grants"> = {
    appId: app.id,
    userId: approved.userId,
    codeHash: approved.hash,
    resources: JSON.parse(approved.resources) as string[],
    identityScopes: JSON.parse(approved.identityScopes) as IdentityScope[],
  };
  const approval = await startFamily(ctx, tx, { ...common, kind: "approval", grants }, now);
  const refreshTokens = new Map<string, string>();
  for (const grant of grants) {
    const family = await startFamily(ctx, tx, { ...common, kind: "connection", grants: [grant] }, now);
    refreshTokens.set(grant.grantId, family.refreshToken);
    await recordAudit(tx, {
      at: now,
      action: "code.exchanged",
      organizationId: grant.organizationId,
      actor: appActor({ appId: app.id, userId: approved.userId, grantId: grant.grantId }),
      appId: app.id,
      grantId: grant.grantId,
      target: approval.familyId,
    });
  }
  return { approvalFamilyId: approval.familyId, refreshToken: approval.refreshToken, refreshTokens };
}

/** The approved grants that still live: those revoked since, or whose user lost the role, are left out. */
async function approvedGrants(tx: Transaction, requestId: string) {
  const approvals = await selectApprovals(tx, requestId);
  const rows = await findGrants(
    tx,
    approvals.map((approval) => approval.grantId),
  );
  return rows
    .filter((grant) => standingOf(grant) === "live")
    .map((grant) => {
      const approved = approvals.find((approval) => approval.grantId === grant.grantId);
      const scopes = intersect(JSON.parse(approved?.scopes ?? "[]") as Scope[], scopesNow(grant));
      return { grantId: grant.grantId, organizationId: grant.organizationId, scopes };
    });
}

/** The body of the answer, as for every code (spec/oauth §3). */
export async function answerWith(
  { ctx, accessTokens, app, now }: Exchange,
  userId: string,
  started: Started,
  audience: string,
): Promise<object> {
  const grants = liveGrants(await grantsOfFamily(ctx.db.read, started.approvalFamilyId));
  // Revoked since the families began: an answer without a grant would be one that no client can read.
  if (grants.length === 0) throw nothingLeft();
  const scopes = unionOfScopes(grants);
  const claims = { familyId: started.approvalFamilyId, appId: app.id, userId, audience, scopes };
  return {
    access_token: await accessTokens.sign(claims, now),
    token_type: "Bearer",
    expires_in: ctx.config.ACCESS_TOKEN_SECONDS,
    refresh_token: started.refreshToken,
    grant_id: grants[0]?.row.grantId,
    scope: scopes.join(" "),
    grants: grants.map((grant) => ({
      ...tokenGrant(grant),
      refresh_token: started.refreshTokens.get(grant.row.grantId),
    })),
  };
}

function nothingLeft(): ApiError {
  return new ApiError("invalid_grant", "Everything that the user allowed was revoked since.");
}

/** An entry of `grants` in a token answer. */
export function tokenGrant(grant: FamilyGrant) {
  return {
    grant_id: grant.row.grantId,
    organization_id: grant.row.organizationId,
    organization_slug: grant.row.organizationSlug,
    scopes: grant.scopes,
    project_ids: grant.projects === "all" ? [] : [...grant.projects],
  };
}

/** A code that comes back with valid proof was stolen before or after, so its families end (RFC 6749 §4.1.2). */
export async function refuseReplay(
  { ctx, now }: Exchange,
  codeHash: string,
  redeemedAt: number,
): Promise<never> {
  if (now - redeemedAt > HONEST_RETRY_MS) {
    await ctx.db.write((tx) => endFamilies(tx, { codeHash }, "replayed_code", now));
  }
  throw new ApiError("invalid_grant", "The code was used already.");
}

/** The audience of the access token: the one named, or the first authorized (RFC 8707 §2.2). */
export function checkResource({ ctx, form }: Exchange, authorized: readonly string[]): string {
  const named = form.all("resource");
  if (named.length > 1)
    throw new ApiError("invalid_target", "Name one resource: an access token has one audience.");
  const audience = named[0] === undefined ? authorized[0] : toAudience(ctx, named[0]);
  if (audience === undefined || !authorized.includes(audience)) throw new ApiError("invalid_target");
  return audience;
}
