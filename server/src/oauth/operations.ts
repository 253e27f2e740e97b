import { intersect } from "@parlance/contract/scopes";
import { findApp } from "../apps/apps.ts";
import type { Handlers, ReadCall } from "../context.ts";
import { isAccessToken } from "../installations/access-caller.ts";
import { type FamilyGrant, grantOnWire, grantsOfFamily, needLiveGrants } from "../installations/family.ts";
import { findGrants } from "../installations/find-grants.ts";
import { ApiError } from "../platform/api-error.ts";
import type { AccessTokens } from "./access-token.ts";
import { revokeLeaked } from "./revoke-leaked.ts";
import { selectPerson } from "./store-people.ts";

/** The operations that look at the tokens themselves. */
export function tokenHandlers(accessTokens: AccessTokens): Handlers<"me" | "credentials.revoke"> {
  return {
    async me(call) {
      const { userId, appId } = call.actor;
      if (userId === null || appId === null) throw new ApiError("invalid_token");
      const [person, app] = await Promise.all([
        selectPerson(call.store, userId),
        findApp(call.store, appId, call.now),
      ]);
      if (!person || !app) throw new ApiError("invalid_token");
      const grants = await grantsOf(call);
      return { user: person, app: { client_id: app.id, name: app.name }, grants: grants.map(grantOnWire) };
    },

    async "credentials.revoke"(call, input) {
      await revokeLeaked(accessTokens, call, input.credentials);
      call.note({ count: input.credentials.length });
      return { accepted: true };
    },
  };
}

/**
 * What this token may do, grant by grant; revoked ones and those of demoted users are left out. Throws
 * `wrong_organization` when none is left.
 */
async function grantsOf({
  store,
  caller,
}: ReadCall): Promise<Pick<FamilyGrant, "row" | "scopes" | "projects">[]> {
  if (isAccessToken(caller.authority)) {
    const { familyId, scopes } = caller.authority;
    const grants = needLiveGrants(await grantsOfFamily(store, familyId));
    return grants.map((grant) => ({ ...grant, scopes: intersect(grant.scopes, scopes) }));
  }
  const { home, actor } = caller;
  // Narrowed to projects that the grant has lost: on the wire an empty list would mean all.
  if (!home || actor.grantId === null || home.projects.length === 0) return [];
  const [row] = await findGrants(store, [actor.grantId]);
  return row ? [{ row, scopes: [...home.scopes], projects: home.projects }] : [];
}
