import { type IdentityScope, intersect, type Scope } from "@parlance/contract/scopes";
import { recordAudit } from "../audit/record.ts";
import type { Transaction } from "../context.ts";
import { appActor } from "../database/actor.ts";
import { type FamilyGrant, grantsOfFamily, liveGrants, unionOfScopes } from "../installations/family.ts";
import { findGrants } from "../installations/find-grants.ts";
import { scopesNow, standingOf } from "../installations/standing.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { toAudience } from "./authorize.ts";
import { endFamilies, type NewFamily, startFamily } from "./families.ts";
import { verifierMatches } from "./pkce.ts";
import {
  type CodeRow,
  countCodeFailure,
  selectApprovals,
  selectCode,
  setCodeRedeemed,
  setRequestRedeemed,
  voidUnusedCodes,
} from "./store-requests.ts";
import type { Exchange } from "./token.ts";

/** Wrong verifiers, secrets or redirect URIs that a code survives. */
const FAILURES_ALLOWED = 5;
/** A replay this soon is an honest client's retry: it is refused and ends nothing. */
const HONEST_RETRY_MS = 10_000;

/** `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6). Checks first, redeeming last. */
export async function exchangeCode(exchange: Exchange): Promise<object> {
  const { ctx, app, form, now } = exchange;
  const code = form.require("code");
  const row = looksLike("authorization_code", code) ? await selectCode(ctx.db.read, hashOf(code)) : undefined;
  if (!row || row.appId !== app.id) throw new ApiError("invalid_grant", "The code is not one of this app.");
  const fault = findFault(row, form.get("redirect_uri"), form.get("code_verifier"));
  if (fault) {
    await ctx.db.write((tx) => countCodeFailure(tx, row.hash, app.id));
    throw new ApiError("invalid_grant", fault);
  }
  if (row.redeemedAt !== null) return refuseReplay(exchange, row, row.redeemedAt);
  if (row.voidedAt !== null || row.expiresAt <= now || row.failures >= FAILURES_ALLOWED) {
    throw new ApiError("invalid_grant", "The code has expired.");
  }
  const audience = checkResource(exchange, JSON.parse(row.resources) as string[]);
  const started = await ctx.db.write((tx) => redeem(exchange, tx, row));
  return answer(exchange, row, started, audience);
}

function findFault(
  row: CodeRow,
  redirectUri: string | undefined,
  verifier: string | undefined,
): string | null {
  if (redirectUri !== undefined && redirectUri !== row.redirectUri)
    return "The redirect_uri is not the one of the authorization request.";
  if (row.codeChallenge === null) {
    // A code of a request without PKCE was injected into a client that uses PKCE (RFC 9700 §2.1.1).
    return verifier === undefined ? null : "The authorization request had no code_challenge.";
  }
  if (verifier === undefined) return "The code_verifier is missing.";
  return verifierMatches(verifier, row.codeChallenge) ? null : "The code_verifier does not match.";
}

/** A code that comes back with valid proof was stolen before or after, so its families end (RFC 6749 §4.1.2). */
async function refuseReplay({ ctx, now }: Exchange, row: CodeRow, redeemedAt: number): Promise<never> {
  if (now - redeemedAt > HONEST_RETRY_MS) {
    await ctx.db.write((tx) => endFamilies(tx, { codeHash: row.hash }, "replayed_code", now));
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

interface Started {
  approvalFamilyId: string;
  refreshToken: string;
  /** By grant. */
  refreshTokens: Map<string, string>;
}

/** Redeems the code and starts the families: one for the approval, and one for each grant that still lives. */
async function redeem({ ctx, app, now }: Exchange, tx: Transaction, row: CodeRow): Promise<Started> {
  // The request before its codes, as whoever makes another one does: exchanges of two codes would wait for each other.
  const first = await setRequestRedeemed(tx, row.requestId, now);
  if (!first || !(await setCodeRedeemed(tx, row.hash, FAILURES_ALLOWED, now))) {
    throw new ApiError("invalid_grant", "The code was used already.");
  }
  await voidUnusedCodes(tx, row.requestId, now);
  const grants = await approvedGrants(tx, row);
  if (grants.length === 0) throw nothingLeft();
  const common: Omit<NewFamily, "kind" | "grants"> = {
    appId: app.id,
    userId: row.userId,
    codeHash: row.hash,
    resources: JSON.parse(row.resources) as string[],
    identityScopes: JSON.parse(row.identityScopes) as IdentityScope[],
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
      actor: appActor({ appId: app.id, userId: row.userId, grantId: grant.grantId }),
      appId: app.id,
      grantId: grant.grantId,
      target: approval.familyId,
    });
  }
  return { approvalFamilyId: approval.familyId, refreshToken: approval.refreshToken, refreshTokens };
}

/** The approved grants that still live: those revoked since, or whose user lost the role, are left out. */
async function approvedGrants(tx: Transaction, row: CodeRow) {
  const approvals = await selectApprovals(tx, row.requestId);
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

async function answer(
  { ctx, accessTokens, app, now }: Exchange,
  row: CodeRow,
  started: Started,
  audience: string,
): Promise<object> {
  const grants = liveGrants(await grantsOfFamily(ctx.db.read, started.approvalFamilyId));
  // Revoked since the families began: an answer without a grant would be one that no client can read.
  if (grants.length === 0) throw nothingLeft();
  const scopes = unionOfScopes(grants);
  const claims = { familyId: started.approvalFamilyId, appId: app.id, userId: row.userId, audience, scopes };
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
