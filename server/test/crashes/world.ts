import { ALL_SCOPES } from "@parlance/contract/scopes";
import { openAccounts } from "../../src/accounts/accounts.ts";
import { createApp } from "../../src/apps/create-app.ts";
import { openDatabase } from "../../src/database/open.ts";
import { createOrganization } from "../../src/organizations/organizations.ts";
import { testContext } from "../support/context.ts";
import { type App, Browser } from "../support/flow.ts";

const ACCOUNT = {
  name: "Ada",
  email: "ada@example.com",
  password: "correct horse battery staple",
  verified: true,
};

/** Somebody who owns an organization, and apps of it, put into the database of a server that does not run yet. */
export interface World {
  web: App;
  spa: App;
  /** Another app with a secret. */
  other: App;
  /** A browser in which that person is signed in. */
  signIn(base: string): Promise<Browser>;
}

/** `databaseUrl` is what the server will be given as DATABASE_URL, or finds in its DATA_DIR. */
export async function makeWorld(databaseUrl: string): Promise<World> {
  const db = await openDatabase(databaseUrl);
  const ctx = testContext(db);
  const now = ctx.clock.now();
  const { id: userId } = await openAccounts(ctx).createUser(ACCOUNT);
  const apps = await db.write(async (tx) => {
    const { id: organizationId } = await createOrganization(tx, { name: "Acme", ownerId: userId }, now);
    const add = async (type: "web" | "spa"): Promise<App> => {
      const redirectUri = `https://${type}.example/callback`;
      const fields = {
        name: "Sprout",
        type,
        origin: "dashboard" as const,
        organizationId,
        homepage: null,
        redirectUris: [redirectUri],
        scopes: ALL_SCOPES,
        createdBy: userId,
      };
      const { appId, clientSecret } = await createApp(tx, fields, now);
      return { clientId: appId, secret: clientSecret, redirectUri };
    };
    return { web: await add("web"), spa: await add("spa"), other: await add("web") };
  });
  await db.close();
  return {
    ...apps,
    async signIn(base) {
      const browser = new Browser(base);
      const { email, password } = ACCOUNT;
      const answer = await browser.post("/api/auth/sign-in/email", { email, password });
      if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`);
      return browser;
    },
  };
}
