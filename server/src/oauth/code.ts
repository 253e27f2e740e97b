import { findApp } from "../apps/apps.ts";
import { redirectUriMatches } from "../apps/redirect-uri.ts";
import type { Context } from "../context.ts";
import { findGrants } from "../installations/find-grants.ts";
import { standingOf } from "../installations/standing.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { newCredential } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { withParameters } from "./authorize.ts";
import { deniedUrl } from "./consent.ts";
import { openRequest, type Visitor } from "./pending-request.ts";
import { refuseChanged } from "./same-document.ts";
import { insertCode, lockUnredeemed, selectApprovals } from "./store-requests.ts";

/**
 * "Continue to your app": checks client, redirect URI and roles once more, makes a code and answers where to redirect.
 * A second call makes another code beside the first, since browsers and scanners open links twice; redeeming one voids the
 * others, and after that it is `gone` (spec/oauth §2).
 */
export async function continueToApp(ctx: Context, id: string, visitor: Visitor): Promise<string> {
  const now = ctx.clock.now();
  const request = await openRequest(ctx, id, visitor);
  if (!visitor.session) throw new ApiError("sign_in_required");
  const { redirectUri } = request;
  if (redirectUri === null) throw new ApiError("not_found", "Go on at the device that showed the code.");
  if (request.decision === "denied") return deniedUrl(ctx, { redirectUri, state: request.state });
  if (request.decision === null)
    throw new ApiError("invalid_request", "Decide first whether to authorize the app.");
  if (request.expiresAt <= now) throw new ApiError("request_expired");
  await refuseChanged(ctx.db.read, request);
  const app = await findApp(ctx.db.read, request.appId, now);
  if (!app?.enabled || !redirectUriMatches(app, redirectUri)) {
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
    // Waits for an exchange that is under way.
    if (!(await lockUnredeemed(tx, id))) throw new ApiError("gone", "This approval was used already.");
    await insertCode(tx, {
      hash: hashOf(code),
      requestId: id,
      appId: app.id,
      userId: request.userId as string,
      redirectUri,
      codeChallenge: request.codeChallenge,
      createdAt: now,
      expiresAt: after(now, ctx.config.AUTHORIZATION_CODE_SECONDS),
      failures: 0,
      redeemedAt: null,
      voidedAt: null,
    });
  });
  return withParameters(redirectUri, { code, state: request.state, iss: ctx.config.PUBLIC_URL });
}
