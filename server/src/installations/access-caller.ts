import { OPENS } from "@parlance/contract/credentials";
import { inOrder, intersect, type Scope } from "@parlance/contract/scopes";
import type { Authority, Caller, Reach } from "../context.ts";
import { appActor } from "../database/actor.ts";
import { oneOrganization } from "../organizations/one-organization.ts";
import { ApiError } from "../platform/api-error.ts";
import { type FamilyGrant, needLiveGrants } from "./family.ts";
import { reachOf } from "./standing.ts";

/** An access token: it mints under the grants of its family, or calls tools within them, as its audience says. */
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

/** The holder of an access token for the partner API, who names a grant in every call and reads no resource. */
export function accessCaller(facts: Facts): Caller {
  return {
    ...callerOf(facts, OPENS.access_token),
    home: null,
    held: [],
    reachIn: async () => {
      throw new ApiError("invalid_token");
    },
    organizations: async () => [],
  };
}

/**
 * The holder of an access token for the MCP endpoint: it reaches the organizations of its family's live grants, in each
 * what the grant, the family and the token itself allow (spec/oauth §3). Throws `wrong_organization` when the person
 * administers none of them any more.
 *
 * @param onUse told each grant that something is reached through
 */
export function agentCaller(facts: Facts, onUse: (grantId: string) => void): Caller {
  const reaches = needLiveGrants(facts.grants).map((grant) => reachThrough(grant, facts.scopes));
  const [first, ...others] = reaches;
  const caller = callerOf(facts, OPENS.agent_token);
  if (first && others.length === 0) {
    onUse(first.grantId);
    return { ...caller, actor: { ...caller.actor, grantId: first.grantId }, ...oneOrganization(first) };
  }
  return {
    ...caller,
    home: null,
    held: inOrder(reaches.flatMap(({ scopes }) => scopes)),
    async reachIn(_store, named) {
      const reach = reaches.find(({ organization: { id, slug } }) => named === id || named === slug);
      if (!reach) throw new ApiError("wrong_organization");
      onUse(reach.grantId);
      return reach;
    },
    async organizations(_store, { after, limit }) {
      const all = reaches.map(({ organization }) => organization);
      const later = all.filter(({ slug }) => after === undefined || slug > after);
      return later.sort((a, b) => (a.slug < b.slug ? -1 : 1)).slice(0, limit);
    },
  };
}

function callerOf(
  { familyId, appId, userId, scopes, grants }: Facts,
  opens: Authority["opens"],
): Pick<Caller, "actor" | "authority" | "limitKey" | "idempotencyOwner"> {
  const token: AccessToken = { kind: "access_token", opens, familyId, appId, userId, scopes, grants };
  return {
    actor: appActor({ appId, userId }),
    authority: token,
    limitKey: `family:${familyId}`,
    idempotencyOwner: familyId,
  };
}

function reachThrough(
  { row, scopes, projects }: FamilyGrant,
  narrowed: readonly Scope[],
): Reach & { grantId: string } {
  return { ...reachOf(row, intersect(scopes, narrowed), projects), grantId: row.grantId };
}

/** The access token behind a call. Throws `invalid_token` for any other caller. */
export function accessToken({ authority }: Pick<Caller, "authority">): AccessToken {
  if (!isAccessToken(authority)) throw new ApiError("invalid_token");
  return authority;
}

export function isAccessToken(authority: Authority): authority is AccessToken {
  return authority.kind === "access_token";
}
