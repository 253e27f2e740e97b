import type { Handlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { type AccessToken, accessToken } from "./access-caller.ts";
import { type FamilyGrant, grantOnWire } from "./family.ts";
import { mintToken } from "./mint-token.ts";
import { revokeGrants } from "./revoke.ts";
import { demoted } from "./standing.ts";

export const installationHandlers: Handlers<
  "installations.mint" | "installations.get" | "installations.revoke"
> = {
  async "installations.mint"(call, input) {
    const token = accessToken(call.caller);
    const grant = namedGrant(token, input);
    call.note({ organizationId: grant.row.organizationId, grantId: grant.row.grantId });
    return mintToken(call, token, grant, input);
  },

  async "installations.get"(call, input) {
    return grantOnWire(namedGrant(accessToken(call.caller), input));
  },

  async "installations.revoke"(call, input) {
    const token = accessToken(call.caller);
    // A demoted user's connection can still be given up; only reading and minting need the role.
    const grant = familyGrant(token, input.grantId);
    call.note({ organizationId: grant.row.organizationId, grantId: grant.row.grantId });
    refuseShared(grant);
    const filter = { id: grant.row.grantId };
    const ended = await revokeGrants(call.store, filter, call, "revoked_by_app", call.now);
    if (ended === 0) throw new ApiError("grant_revoked");
  },
};

/**
 * The grant of an app with a metadata document belongs to all its installations of that person, and none of them proves to
 * be another one (decision 16). Each gives up its own tokens.
 */
function refuseShared({ row }: FamilyGrant): void {
  if (row.appOrigin !== "document") return;
  throw new ApiError(
    "forbidden",
    "Other installations of this app use this connection too. Revoke your own tokens at the revocation endpoint instead.",
  );
}

/** The grant that the path names, when it belongs to the token's family and lives, and its user still has the role. */
function namedGrant(token: AccessToken, { grantId }: { grantId: string }): FamilyGrant {
  const grant = familyGrant(token, grantId);
  if (grant.standing === "demoted") throw demoted();
  return grant;
}

function familyGrant({ grants }: AccessToken, grantId: string): FamilyGrant {
  const grant = grants.find((candidate) => candidate.row.grantId === grantId);
  if (!grant) throw new ApiError("grant_not_found");
  if (grant.standing === "revoked") throw new ApiError("grant_revoked");
  return grant;
}
