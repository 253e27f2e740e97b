import type { Input } from "@parlance/contract/operations";
import type { Call, Caller, Handlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { type FamilyGrant, grantOnWire, grantsOfFamily } from "./family.ts";
import { mintToken } from "./mint-token.ts";
import { revokeGrants } from "./revoke.ts";

type AccessCaller = Extract<Caller, { kind: "access" }>;

export const installationHandlers: Handlers<
  "installations.mint" | "installations.get" | "installations.revoke"
> = {
  async "installations.mint"(call, input) {
    const caller = accessCaller(call);
    const grant = await namedGrant(call, caller, input);
    call.note({ organizationId: grant.row.organizationId, grantId: grant.row.grantId });
    return mintToken(call, caller, grant, input);
  },

  async "installations.get"(call, input) {
    return grantOnWire(await namedGrant(call, accessCaller(call), input));
  },

  async "installations.revoke"(call, input) {
    const caller = accessCaller(call);
    // A demoted user's connection can still be given up; only reading and minting need the role.
    const grant = await familyGrant(call, caller, input.grantId);
    call.note({ organizationId: grant.row.organizationId, grantId: grant.row.grantId });
    const by = { type: "app", id: caller.appId } as const;
    const ended = await revokeGrants(call.store, { id: grant.row.grantId }, by, "revoked_by_app", call.now);
    if (ended === 0) throw new ApiError("grant_revoked");
  },
};

/** The grant that the path names, when it is in the token's family, live, and its user still administers. */
async function namedGrant(
  call: Call,
  caller: AccessCaller,
  input: Pick<Input<"installations.get">, "grantId">,
): Promise<FamilyGrant> {
  const grant = await familyGrant(call, caller, input.grantId);
  if (grant.standing === "demoted") {
    throw new ApiError(
      "wrong_organization",
      "The user who connected this app no longer administers the organization.",
    );
  }
  return grant;
}

async function familyGrant(call: Call, caller: AccessCaller, grantId: string): Promise<FamilyGrant> {
  const grants = await grantsOfFamily(call.store, caller.familyId);
  const grant = grants.find((candidate) => candidate.row.grantId === grantId);
  if (!grant) throw new ApiError("grant_not_found");
  if (grant.standing === "revoked") throw new ApiError("grant_revoked");
  return grant;
}

function accessCaller(call: Call): AccessCaller {
  if (call.caller.kind !== "access") throw new ApiError("invalid_token");
  return call.caller;
}
