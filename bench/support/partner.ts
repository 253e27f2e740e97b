import { ALL_SCOPES } from "@parlance/contract/scopes";
import { createApp } from "../../server/src/apps/create-app.ts";
import type { Context, Transaction } from "../../server/src/context.ts";
import { approve } from "../../server/src/installations/approve.ts";
import { AccessTokens, audiences } from "../../server/src/oauth/access-token.ts";
import { startFamily } from "../../server/src/oauth/families.ts";
import { SigningKeys } from "../../server/src/oauth/signing-keys.ts";
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
  /** Of a family of its own each, so that limits per family are not what is measured. */
  families: { familyId: string; appId: string; refreshToken: string; accessToken: string }[];
}

/** Puts a partner into the database of a server that does not run yet, or runs elsewhere. */
export async function seedPartner({ db }: TestDatabase, familyCount: number): Promise<Partner> {
  const ctx = testContext(db, {
    config: { PUBLIC_URL, API_URL: PUBLIC_URL },
    keyring: new Keyring(SECRET_KEY),
  });
  const accessTokens = new AccessTokens(ctx, new SigningKeys(ctx));
  const world = await addProject(ctx, { languages: ["de", "fr"] });
  const { organization } = world.reach;
  const now = ctx.clock.now();
  const audience = audiences(ctx).partner;
  const userId = world.person.userId;
  const { app, grantId, started } = await db.write(async (tx) => {
    const app = await addApp(tx, organization.id, userId, now);
    const appId = app.clientId;
    const pick = { organization, projects: "all" as const, scopes: ALL_SCOPES };
    const [grantId = ""] = await approve(db, tx, { appId, userId, picks: [pick], now });
    const started: Awaited<ReturnType<typeof startFamily>>[] = [];
    for (let at = 0; at < familyCount; at++) {
      const family = {
        appId,
        userId,
        codeHash: `bench-${at}`,
        kind: "approval" as const,
        resources: [audience],
        identityScopes: [],
        grants: [{ grantId, scopes: ALL_SCOPES }],
      };
      started.push(await startFamily(ctx, tx, family, now));
    }
    return { app, grantId, started };
  });
  const families = await Promise.all(
    started.map(async ({ familyId, refreshToken }) => {
      const claims = { familyId, appId: app.clientId, userId, audience, scopes: ALL_SCOPES };
      return {
        familyId,
        appId: app.clientId,
        refreshToken,
        accessToken: await accessTokens.sign(claims, now),
      };
    }),
  );
  return { world, ctx, grantId, headers: basic(app), families };
}

async function addApp(tx: Transaction, organizationId: string, createdBy: string, now: number): Promise<App> {
  const redirectUri = "https://partner.example/callback";
  const fields = {
    name: "Partner",
    type: "web" as const,
    origin: "dashboard" as const,
    organizationId,
    homepage: null,
    redirectUris: [redirectUri],
    scopes: ALL_SCOPES,
    createdBy,
  };
  const { appId, clientSecret } = await createApp(tx, fields, now);
  return { clientId: appId, secret: clientSecret, redirectUri };
}
