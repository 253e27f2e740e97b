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
  read: Read;
  /** The same, each with a token of its own. */
  reads: Read[];
}

interface Read {
  path: string;
  headers: Record<string, string>;
}

/** A partner with so many installation tokens, each of a family of its own. */
export async function seedInstallation(database: TestDatabase, tokens = 1): Promise<Installation> {
  const partner = await seedPartner(database, tokens);
  const path = `/api/oauth-client/v1/projects/${partner.world.project.id}`;
  const reads: Read[] = [];
  for (const { familyId } of partner.families) {
    const token = await mintFor(partner, familyId);
    reads.push({ path, headers: { authorization: `Bearer ${token}` } });
  }
  return { partner, read: reads[0] as Read, reads };
}

async function mintFor({ ctx, world, families, grantId }: Partner, familyId: string): Promise<string> {
  const [{ appId = "" } = {}] = families;
  const grants = await grantsOfFamily(ctx.db.read, familyId);
  const [grant] = grants;
  if (!grant) throw new Error("the family has no grant");
  const { userId } = world.person;
  const caller = accessCaller({ familyId, appId, userId, scopes: ALL_SCOPES, grants });
  const minted = await inCall(ctx, { caller, placed: {} }, (call) =>
    mintToken(call, accessToken(caller), grant, { grantId }),
  );
  return minted.installation_token;
}
