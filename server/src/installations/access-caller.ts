import { OPENS } from "@parlance/contract/credentials";
import type { Scope } from "@parlance/contract/scopes";
import type { Authority, Caller } from "../context.ts";
import { appActor } from "../database/actor.ts";
import { ApiError } from "../platform/api-error.ts";
import type { FamilyGrant } from "./family.ts";

/** An access token: it mints under the grants of its family, and reads no resource. */
export interface AccessToken extends Authority {
  readonly kind: "access_token";
  readonly familyId: string;
  readonly appId: string;
  readonly userId: string;
  /** The scopes of this one token, no wider than those of its family. */
  readonly scopes: readonly Scope[];
  /** Every grant of its family, as it was when the token was looked at. */
  readonly grants: readonly FamilyGrant[];
}

type Facts = Pick<AccessToken, "familyId" | "appId" | "userId" | "scopes" | "grants">;

/** The holder of an access token, who names a grant in every call. */
export function accessCaller({ familyId, appId, userId, scopes, grants }: Facts): Caller {
  const token: AccessToken = {
    kind: "access_token",
    opens: OPENS.access_token,
    familyId,
    appId,
    userId,
    scopes,
    grants,
  };
  return {
    actor: appActor({ appId, userId }),
    authority: token,
    limitKey: `family:${familyId}`,
    idempotencyOwner: familyId,
    home: null,
    reachIn: async () => {
      throw new ApiError("invalid_token");
    },
    organizations: async () => [],
  };
}

/** The access token behind a call. Throws `invalid_token` for any other caller. */
export function accessToken({ authority }: Pick<Caller, "authority">): AccessToken {
  if (!isAccessToken(authority)) throw new ApiError("invalid_token");
  return authority;
}

export function isAccessToken(authority: Authority): authority is AccessToken {
  return authority.kind === "access_token";
}
