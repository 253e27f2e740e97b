import { findApp } from "../apps/apps.ts";
import { redirectUriMatches } from "../apps/redirect-uri.ts";
import type { Context } from "../context.ts";
import { authorizationRequestLock } from "../database/locks.ts";
import { findGrants } from "../installations/find-grants.ts";
import { standingOf } from "../installations/standing.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { newCredential } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { withParameters } from "./authorize.ts";
import { deniedUrl } from "./consent.ts";
import { openRequest, type Visitor } from "./pending-request.ts";
import { insertCode, selectApprovals, selectRequest, voidUnusedCodes } from "./store-requests.ts";

/**
 * "Continue to your app": checks client, redirect URI and roles once more, makes a code and answers where to redirect.
 * A second call makes a new code and voids the unused one; after redemption it is `gone` (spec/oauth §2).
 */
export async function continueToApp(ctx: Context, id: string, visitor: Visitor): Promise<string> {
  const now = ctx.clock.now();
  const request = await openRequest(ctx, id, visitor);
  if (!visitor.session) throw new ApiError("sign_in_required");
  if (request.decision === "denied") return deniedUrl(ctx, request);
  if (request.decision === null)
    throw new ApiError("invalid_request", "Decide first whether to authorize the app.");
  if (request.expiresAt <= now) throw new ApiError("request_expired");
  const app = await findApp(ctx.db.read, request.appId, now);
  if (!app?.enabled || !redirectUriMatches(app, request.redirectUri)) {
    throw new ApiError("request_expired", "The app is no longer available at this address.");
  }
  const approvals = await selectApprovals(ctx.db.read, id);
  const grants = await findGrants(
    ctx.db.read,
    approvals.map((approval) => approval.grantId),
  );
  if (!grants.some((grant) => standingOf(grant) === "live")) {
    throw new ApiError(
      "grant_revoked",
      "Everything that you allowed was revoked since. Start again from the app.",
    );
  }
  const code = newCredential("authorization_code");
  ctx.strangers.remember(code);
  await ctx.db.write(async (tx) => {
    await ctx.db.lock(tx, authorizationRequestLock(id));
    // First the update, which waits for an exchange that is under way; then the look at what it did.
    await voidUnusedCodes(tx, id, now);
    const fresh = await selectRequest(tx, id);
    if (!fresh || fresh.redeemedAt !== null) throw new ApiError("gone", "This approval was used already.");
    await insertCode(tx, {
      hash: hashOf(code),
      requestId: id,
      appId: app.id,
      userId: request.userId as string,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge,
      createdAt: now,
      expiresAt: after(now, ctx.config.AUTHORIZATION_CODE_SECONDS),
      failures: 0,
      redeemedAt: null,
      voidedAt: null,
    });
  });
  return withParameters(request.redirectUri, { code, state: request.state, iss: ctx.config.PUBLIC_URL });
}
