import { createOrganization } from "../../src/organizations/organizations.ts";
import { newId } from "../../src/platform/crypto.ts";
import type { TestDatabase } from "../support/databases.ts";
import {
  type App,
  Browser,
  connect,
  exchange,
  type Fields,
  type TokenAnswer,
  tokens,
} from "../support/flow.ts";
import { startServer, type TestServer } from "../support/server.ts";

const PASSWORD = "correct horse battery staple";

export interface Person {
  userId: string;
  browser: Browser;
  organizationId: string;
}

/** A running server and somebody signed in who owns an organization. */
export interface Scene extends TestServer {
  owner: Person;
  person(): Promise<Person>;
  register(metadata: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The answer to a registration that succeeds. */
  registered(metadata: object): Promise<Registered>;
  /** From authorize to tokens. */
  issue(app: App, fields?: Fields, who?: Person): Promise<TokenAnswer>;
}

export interface Registered extends Record<string, unknown> {
  client_id: string;
  registration_client_uri: string;
  registration_access_token: string;
}

export async function startScene(
  open: () => Promise<TestDatabase>,
  environment: Record<string, string> = {},
): Promise<Scene> {
  const server = await startServer({ open, environment });
  const { base, ctx } = server;

  async function person(): Promise<Person> {
    const email = `${newId("p").toLowerCase()}@example.com`;
    const account = { name: "Ada", email, password: PASSWORD, verified: true };
    const { id: userId } = await server.app.accounts.createUser(account);
    const { id: organizationId } = await ctx.db.write((tx) =>
      createOrganization(tx, { name: newId("Org"), ownerId: userId }, ctx.clock.now()),
    );
    const browser = new Browser(base);
    const signedIn = await browser.post("/api/auth/sign-in/email", { email, password: PASSWORD });
    if (!signedIn.ok) throw new Error(`signing in: ${signedIn.status} ${await signedIn.text()}`);
    return { userId, browser, organizationId };
  }

  const owner = await person();
  const register: Scene["register"] = (metadata, headers = {}) =>
    fetch(`${base}/api/auth/mcp/register`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(metadata),
    });
  return {
    ...server,
    owner,
    person,
    register,
    async registered(metadata) {
      const answer = await register(metadata);
      if (answer.status !== 201) throw new Error(`registering: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Registered;
    },
    issue: async (app, fields = {}, who = owner) =>
      tokens(exchange(base, app, await connect(who.browser, app, fields))),
  };
}

export function publicApp(clientId: string, redirectUri: string): App {
  return { clientId, secret: null, redirectUri };
}
