import { ALL_SCOPES } from "@parlance/contract/scopes";
import { createApp } from "../../src/apps/create-app.ts";
import { openDatabase } from "../../src/database/open.ts";
import { createOrganization } from "../../src/organizations/organizations.ts";
import { newId } from "../../src/platform/crypto.ts";
import type { TestDatabase } from "../support/databases.ts";
import {
  type App,
  Browser,
  type Choice,
  type Connected,
  connect,
  type TokenAnswer,
} from "../support/flow.ts";
import { startServer, type TestServer } from "../support/server.ts";

const PASSWORD = "correct horse battery staple";

/** For a test: hundreds of requests, on a machine that may be busy with others. */
export const PATIENCE_MS = 120_000;

export interface Owner {
  userId: string;
  browser: Browser;
  organizationId: string;
}

/** Two servers on one database, with somebody who owns an organization. */
export interface Nodes {
  /** The issuer; what it signs and stores the second server knows too. */
  first: TestServer;
  second: TestServer;
  owner: Owner;
  /** The base of the first and second server in turn, so that neighbours in a list are asked of different servers. */
  base(index: number): string;
  /** An app of its own for a test, because failures are limited per app. */
  app(type?: "web" | "spa" | "native", more?: { deviceFlow?: boolean }): Promise<App>;
  /** Somebody else with an organization of their own. */
  person(): Promise<Owner>;
  /** Moves the time of both. */
  advance(seconds: number): void;
  /** The front channel from request to code; moves the time on before anybody is asked to slow down. */
  connect(app: App, owner?: Owner, organizations?: Choice[]): Promise<Connected>;
  close(): Promise<void>;
}

export async function startNodes(
  open: () => Promise<TestDatabase>,
  environment: Record<string, string> = {},
): Promise<Nodes> {
  const first = await startServer({ open, environment });
  const second = await startServer({
    open: () => sameDatabase(first.database),
    environment: { ...environment, PUBLIC_URL: first.base },
  });
  second.ctx.clock.advance(first.ctx.clock.now() - second.ctx.clock.now());
  let connections = 0;

  function advance(seconds: number): void {
    for (const { ctx } of [first, second]) ctx.clock.advance(seconds * 1000);
  }

  async function person(): Promise<Owner> {
    const email = `${newId("p").toLowerCase()}@example.com`;
    const account = { name: "Ada", email, password: PASSWORD, verified: true };
    const { id: userId } = await first.app.accounts.createUser(account);
    const { id: organizationId } = await first.ctx.db.write((tx) =>
      createOrganization(tx, { name: newId("Org"), ownerId: userId }, first.ctx.clock.now()),
    );
    const browser = new Browser(first.base);
    const signedIn = await browser.post("/api/auth/sign-in/email", { email, password: PASSWORD });
    if (!signedIn.ok) throw new Error(`signing in: ${signedIn.status} ${await signedIn.text()}`);
    return { userId, browser, organizationId };
  }

  const owner = await person();
  return {
    first,
    second,
    owner,
    person,
    advance,
    base: (index) => (index % 2 === 0 ? first : second).base,
    async app(type = "web", more = {}) {
      const redirectUri = "https://partner.example/callback";
      const fields = {
        name: "Sprout",
        type,
        origin: "dashboard" as const,
        organizationId: owner.organizationId,
        homepage: null,
        redirectUris: [redirectUri],
        scopes: ALL_SCOPES,
        createdBy: owner.userId,
        ...more,
      };
      const { appId, clientSecret } = await first.ctx.db.write((tx) =>
        createApp(tx, fields, first.ctx.clock.now()),
      );
      return { clientId: appId, secret: clientSecret, redirectUri };
    },
    connect(app, { browser } = owner, organizations = undefined) {
      connections++;
      if (connections % 100 === 0) advance(61);
      return connect(browser, app, {}, organizations ? { organizations } : {});
    },
    async close() {
      await second.close();
      await first.close();
    },
  };
}

/** The refresh token of the approval, and those of its connections, which only an exchange answers. */
export function refreshTokensOf(issued: TokenAnswer): string[] {
  return [issued, ...issued.grants].flatMap((each) => each.refresh_token ?? []);
}

/** `count` results of asking at once. */
export function atOnce<Result>(count: number, ask: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
}

/** A Postgres server is asked through connections of its own; the other engines allow one per process. */
async function sameDatabase({ db, url }: TestDatabase): Promise<TestDatabase> {
  if (db.engine === "sqlite" || !url) return { db, url, close: async () => {} };
  const own = await openDatabase(url);
  return { db: own, url, close: () => own.close() };
}
