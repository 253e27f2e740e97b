import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type JWTPayload, SignJWT } from "jose";
import type { Context } from "../../src/context.ts";
import type { Config } from "../../src/platform/config.ts";
import { newId } from "../../src/platform/crypto.ts";
import { type App, Browser } from "../support/flow.ts";
import { startServer } from "../support/server.ts";

const PASSWORD = "correct horse battery staple";

export interface Person {
  userId: string;
  name: string;
  email: string;
  browser: Browser;
  organization: { id: string; slug: string };
}

/** Fields of an app as Developer → Apps takes them, and the switch for those that predate PKCE. */
interface AppFields {
  type?: "web" | "spa" | "native";
  confidential?: boolean;
  redirectUris?: string[];
  scopes?: string[];
  legacyWithoutPkce?: boolean;
  deviceFlow?: boolean;
}

export interface World {
  /** PUBLIC_URL: the issuer. */
  base: string;
  config: Config;
  /** For what no request does, such as the work of workers. */
  ctx: Context;
  registrationToken: string;
  /** Somebody signed in who owns an organization; the apps below belong to it. */
  owner: Person;
  projectId: string;
  /** A confidential app. */
  web: App;
  spa: App;
  /** A public app on loopback. */
  native: App;
  /** The server's time in epoch milliseconds; it stands still until it is advanced. */
  now(): number;
  advance(seconds: number): void;
  /** Another browser of the same person. */
  signIn(person: Person): Promise<Browser>;
  app(fields?: AppFields): Promise<App>;
  /** What registering an app in the dashboard answers. */
  tryApp(fields?: AppFields): Promise<Response>;
  /** What registering an app by RFC 7591 answers. */
  register(metadata: object, headers?: Record<string, string>): Promise<Response>;
  /** Another project of the owner's organization. */
  project(): Promise<string>;
  /** A JWT under the server's own signature, as only a mistake of the server could make one. */
  signAsServer(claims: JWTPayload, header: { typ?: string }): Promise<string>;
  /** Everything the database has written to disk. */
  databaseBytes(): Buffer;
  close(): Promise<void>;
}

/** A running server with one person, one organization, one project and an app of each type. */
export async function startWorld(environment: Record<string, string> = {}): Promise<World> {
  const registrationToken = "registration-token-that-only-tests-use";
  const server = await startServer({
    environment: { REGISTRATION_TOKEN: registrationToken, ...environment },
  });
  const { base, ctx } = server;

  async function signIn({ email }: Pick<Person, "email">): Promise<Browser> {
    const browser = new Browser(base);
    await expectStatus(browser.post("/api/auth/sign-in/email", { email, password: PASSWORD }), 200);
    return browser;
  }

  async function addOwner(): Promise<Person> {
    const fields = { name: "Ada Owner", email: `${newId("ada").toLowerCase()}@example.com` };
    const { id } = await server.app.accounts.createUser({ ...fields, password: PASSWORD, verified: true });
    const browser = await signIn(fields);
    const organization = await expectStatus<{ id: string; slug: string }>(
      browser.post("/api/dashboard/organizations", { name: "Acme Words" }),
      201,
    );
    return { ...fields, userId: id, browser, organization };
  }

  const owner = await addOwner();
  const apps = `/api/dashboard/organizations/${owner.organization.id}/apps`;

  function tryApp({ legacyWithoutPkce: _, ...fields }: AppFields = {}): Promise<Response> {
    const local = fields.type === "native" ? "http://127.0.0.1/callback" : "https://partner.example/callback";
    return owner.browser.post(apps, { name: "Sprout", type: "web", redirectUris: [local], ...fields });
  }

  async function addApp(fields: AppFields = {}): Promise<App> {
    const { app, clientSecret } = await expectStatus<{
      app: { id: string; redirectUris: string[] };
      clientSecret: string | null;
    }>(tryApp(fields), 201);
    if (fields.legacyWithoutPkce) {
      const change = owner.browser.post(`${apps}/${app.id}`, { legacyWithoutPkce: true }, {}, "PATCH");
      await expectStatus(change, 200);
    }
    return { clientId: app.id, secret: clientSecret, redirectUri: app.redirectUris[0] as string };
  }

  async function addProject(): Promise<string> {
    const slug = newId("p").toLowerCase().replace("_", "-");
    const fields = { organizationId: owner.organization.id, name: "Website", slug, sourceLanguage: "en" };
    const created = owner.browser.post("/api/oauth-client/v1/projects", fields);
    return (await expectStatus<{ id: string }>(created, 201)).id;
  }

  return {
    base,
    config: ctx.config,
    ctx,
    registrationToken,
    owner,
    projectId: await addProject(),
    web: await addApp(),
    spa: await addApp({ type: "spa", redirectUris: ["https://spa.example/callback"] }),
    native: await addApp({ type: "native" }),
    now: () => ctx.clock.now(),
    advance: (seconds) => ctx.clock.advance(seconds * 1000),
    signIn,
    app: addApp,
    tryApp,
    project: addProject,
    register: (metadata, headers = {}) =>
      fetch(`${base}/api/auth/mcp/register`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(metadata),
      }),
    signAsServer: async (claims, header) => {
      const key = await server.app.signingKeys.current(ctx.clock.now());
      return new SignJWT(claims)
        .setProtectedHeader({ alg: key.algorithm, kid: key.id, ...header })
        .sign(key.privateKey);
    },
    databaseBytes: () => readDatabase(server.database.url as string),
    close: server.close,
  };
}

async function expectStatus<Body>(answer: Promise<Response>, status: number): Promise<Body> {
  const response = await answer;
  const text = await response.text();
  if (response.status !== status) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Body;
}

function readDatabase(url: string): Buffer {
  const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
  return Buffer.concat([path, `${path}-wal`].filter(existsSync).map((file) => readFileSync(file)));
}
