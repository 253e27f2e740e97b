import { intersect } from "@parlance/contract/scopes";
import { findApp } from "../apps/apps.ts";
import { markSecretLeaked } from "../apps/secrets.ts";
import type { Handlers, OwnCall, ReadCall } from "../context.ts";
import { isAccessToken } from "../installations/access-caller.ts";
import { type FamilyGrant, grantOnWire, grantsOfFamily, needLiveGrants } from "../installations/family.ts";
import { findGrants } from "../installations/find-grants.ts";
import { revokeInstallationToken } from "../installations/revoke-token.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import type { AccessTokens } from "./access-token.ts";
import { endFamilies } from "./families.ts";
import { findCredential } from "./find-credential.ts";
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
      for (const credential of new Set(input.credentials)) await revokeLeaked(accessTokens, call, credential);
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

/**
 * Acts on a leaked credential that anyone may report (spec/oauth, "Credentials"): the family of a refresh or access token
 * ends, an installation token is revoked, a client secret is marked. The answer does not say whether it was one. Looking
 * at an access token may make signing keys, a write of its own, so that happens outside the transaction.
 */
async function revokeLeaked(accessTokens: AccessTokens, call: OwnCall, credential: string): Promise<void> {
  const { db, now } = call;
  if (looksLike("installation_token", credential)) {
    await db.write((tx) => revokeInstallationToken(tx, credential, now));
  } else if (looksLike("client_secret", credential)) {
    await db.write((tx) => markSecretLeaked(call, tx, hashOf(credential), now));
  } else {
    const found = await findCredential(call.store, accessTokens, credential, now);
    if (found) await db.write((tx) => endFamilies(tx, { id: found.familyId }, "reported_leaked", now));
  }
}
