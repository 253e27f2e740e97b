import type { Transaction } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { answerWith, checkResource, refuseReplay, type Started, startFamilies } from "./first-tokens.ts";
import { verifierMatches } from "./pkce.ts";
import {
  type CodeRow,
  countCodeFailure,
  selectCode,
  setCodeRedeemed,
  setRequestRedeemed,
  voidUnusedCodes,
} from "./store-requests.ts";
import type { Exchange } from "./token.ts";

/** Wrong verifiers, secrets or redirect URIs that a code survives. */
const FAILURES_ALLOWED = 5;

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
  if (row.redeemedAt !== null) return refuseReplay(exchange, row.hash, row.redeemedAt);
  if (row.voidedAt !== null || row.expiresAt <= now || row.failures >= FAILURES_ALLOWED) {
    throw new ApiError("invalid_grant", "The code has expired.");
  }
  const audience = checkResource(exchange, JSON.parse(row.resources) as string[]);
  const started = await ctx.db.write((tx) => redeem(exchange, tx, row));
  return answerWith(exchange, row.userId, started, audience);
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

/** Redeems the code and starts the families of its approval. */
async function redeem(exchange: Exchange, tx: Transaction, row: CodeRow): Promise<Started> {
  const { now } = exchange;
  // The request before its codes, as whoever makes another one does: exchanges of two codes would wait for each other.
  const first = await setRequestRedeemed(tx, row.requestId, now);
  if (!first || !(await setCodeRedeemed(tx, row.hash, FAILURES_ALLOWED, now))) {
    throw new ApiError("invalid_grant", "The code was used already.");
  }
  await voidUnusedCodes(tx, row.requestId, now);
  return startFamilies(exchange, tx, row);
}
