import { ALL_SCOPES } from "@parlance/contract/scopes";
import { createApp } from "../../server/src/apps/create-app.ts";
import type { Context } from "../../server/src/context.ts";
import { approve } from "../../server/src/installations/approve.ts";
import { startFamily } from "../../server/src/oauth/families.ts";
import { Keyring } from "../../server/src/platform/crypto.ts";
import { testContext } from "../../server/test/support/context.ts";
import type { TestDatabase } from "../../server/test/support/databases.ts";
import { type App, basic } from "../../server/test/support/flow.ts";
import { addProject, type World } from "../../server/test/support/projects.ts";
import { PUBLIC_URL, SECRET_KEY } from "./server.ts";

/** An app with a secret, connected to one organization with one project. */
export interface Partner {
  world: World;
  ctx: Context;
  grantId: string;
  /** `Authorization` of the app itself. */
  headers: Record<string, string>;
  /** One unused refresh token per connection, each of a family of its own. */
  refreshTokens: string[];
}

/** Puts a partner into the database of a server that does not run yet, or runs elsewhere. */
export async function seedPartner({ db }: TestDatabase, connections: number): Promise<Partner> {
  const ctx = testContext(db, { keyring: new Keyring(SECRET_KEY) });
  const world = await addProject(ctx, { languages: ["de", "fr"] });
  const { organization } = world.reach;
  const now = ctx.clock.now();
  return db.write(async (tx) => {
    const redirectUri = "https://partner.example/callback";
    const { appId, clientSecret } = await createApp(
      tx,
      {
        name: "Partner",
        type: "web",
        origin: "dashboard",
        organizationId: organization.id,
        homepage: null,
        redirectUris: [redirectUri],
        scopes: ALL_SCOPES,
        createdBy: world.person.userId,
      },
      now,
    );
    const pick = { organizationId: organization.id, projects: "all" as const, scopes: ALL_SCOPES };
    const userId = world.person.userId;
    const [grantId = ""] = await approve(db, tx, { appId, userId, picks: [pick], now });
    const refreshTokens: string[] = [];
    for (let at = 0; at < connections; at++) {
      const family = {
        appId,
        userId,
        codeHash: `bench-${at}`,
        kind: "approval" as const,
        resources: [`${PUBLIC_URL}/api/oauth-client`],
        identityScopes: [],
        grants: [{ grantId, scopes: ALL_SCOPES }],
      };
      refreshTokens.push((await startFamily(ctx, tx, family, now)).refreshToken);
    }
    const app: App = { clientId: appId, secret: clientSecret, redirectUri };
    return { world, ctx, grantId, headers: basic(app), refreshTokens };
  });
}
