import type { Context } from "../context.ts";
import type { AccessTokens } from "./access-token.ts";
import { proveClient } from "./authenticate-client.ts";
import { limitFailures, visitOf } from "./failure-limit.ts";
import { endFamilies } from "./families.ts";
import { findCredential } from "./find-credential.ts";
import { readForm, type TokenRequest } from "./token.ts";

/**
 * `POST /api/auth/mcp/revoke` (RFC 7009): revoking any token of a family ends the family and what was minted through it.
 * An unknown token, or one of another app, gets the same answer and stays as it is (§2.2). The grant lives on.
 */
export async function revoke(ctx: Context, accessTokens: AccessTokens, request: TokenRequest): Promise<void> {
  const now = ctx.clock.now();
  const form = readForm(request);
  await limitFailures(ctx, request, form, async (client) => {
    const app = proveClient(ctx, client, now);
    const found = await findCredential(ctx.db.read, accessTokens, form.require("token"), now);
    if (!found && !app.confidential) ctx.strangers.noteFailure(visitOf(ctx, request, form));
    if (found?.appId !== app.id) return;
    await ctx.db.write((tx) => endFamilies(tx, { id: found.familyId }, "revoked_by_app", now));
  });
}
