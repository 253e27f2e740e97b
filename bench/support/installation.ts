import { ALL_SCOPES } from "@parlance/contract/scopes";
import { accessCaller, accessToken } from "../../server/src/installations/access-caller.ts";
import { grantsOfFamily } from "../../server/src/installations/family.ts";
import { mintToken } from "../../server/src/installations/mint-token.ts";
import { inCall } from "../../server/test/support/context.ts";
import type { TestDatabase } from "../../server/test/support/databases.ts";
import { type Partner, seedPartner } from "./partner.ts";

export interface Installation {
  partner: Partner;
  /** Reads the partner's project with an installation token. */
  read: { path: string; headers: Record<string, string> };
}

/** A partner with an installation token. */
export async function seedInstallation(database: TestDatabase): Promise<Installation> {
  const partner = await seedPartner(database, 1);
  const { ctx, world, families } = partner;
  const [{ familyId = "", appId = "" } = {}] = families;
  const caller = accessCaller({ familyId, appId, userId: world.person.userId, scopes: ALL_SCOPES });
  const [grant] = await grantsOfFamily(ctx.db.read, familyId);
  if (!grant) throw new Error("the family has no grant");
  const minted = await inCall(ctx, { caller, placed: {} }, (call) =>
    mintToken(call, accessToken(caller), grant, { grantId: partner.grantId }),
  );
  return {
    partner,
    read: {
      path: `/api/oauth-client/v1/projects/${world.project.id}`,
      headers: { authorization: `Bearer ${minted.installation_token}` },
    },
  };
}
