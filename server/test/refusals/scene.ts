import { ALL_SCOPES, type Scope } from "@parlance/contract/scopes";
import { addMember } from "../../src/organizations/members.ts";
import { newId } from "../../src/platform/crypto.ts";
import { Strangers } from "../../src/platform/strangers.ts";
import type { TestDatabase } from "../support/databases.ts";
import { type App, Browser, connect, exchange, mint, type TokenAnswer, tokens } from "../support/flow.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { mailedLink } from "../support/visitor.ts";

const PASSWORD = "correct horse battery staple";

export interface Person {
  userId: string;
  name: string;
  email: string;
  browser: Browser;
}

export interface Named {
  id: string;
  slug: string;
}

/** Two organizations that know nothing of each other, and everything that a call may name. */
export interface Scene {
  server: TestServer;
  base: string;
  /** `owner`, `admin` and `member` belong to `organization`; `stranger` owns `other`. */
  people: { owner: Person; admin: Person; member: Person; stranger: Person };
  organization: Named;
  other: Named;
  /** In `organization`; `outside` is what a limited grant does not reach. */
  project: Named;
  outside: Named;
  /** In `other`. */
  foreign: Named;
  /** A confidential app of `organization`, connected by nobody yet. */
  app: App;
  addPerson(name?: string): Promise<Person>;
  /** Another session of the person. */
  signIn(person: Pick<Person, "email">): Promise<Browser>;
  join(person: Person, organization: Named, role: "owner" | "admin" | "member"): Promise<void>;
  addOrganization(owner: Person): Promise<Named>;
  addProject(owner: Person, organization: Named): Promise<Named>;
  addKey(owner: Person, project: Named, name: string): Promise<string>;
  addPlan(owner: Person, project: Named): Promise<string>;
  addApp(owner: Person, organization: Named, fields?: object): Promise<App>;
  /** A secret key with all scopes and projects, unless told otherwise. */
  addApiKey(owner: Person, organization: Named, fields?: object): Promise<{ id: string; key: string }>;
  /** The token in the mail. */
  invite(owner: Person, organization: Named, email: string): Promise<{ id: string; token: string }>;
  /** Lets an app into the person's organizations with all scopes, unless told otherwise. */
  letIn(person: Person, app: App, chosen?: Chosen): Promise<TokenAnswer>;
  mint(issued: TokenAnswer, narrowing?: object): Promise<string>;
}

export interface Chosen {
  scopes?: readonly Scope[];
  projects?: string[];
  organizations?: readonly Named[];
  resource?: string;
}

export async function startScene({
  open,
  environment,
}: {
  open?: () => Promise<TestDatabase>;
  environment?: Record<string, string>;
} = {}): Promise<Scene> {
  const server = await startServer({ ...(open && { open }), ...(environment && { environment }) });
  // Here hundreds of tokens are refused within a minute that stands still; `security/strangers.test.ts` shows how many may be.
  Object.assign(server.ctx, { strangers: new Strangers(Number.POSITIVE_INFINITY) });
  const { base } = server;

  async function signIn({ email }: Pick<Person, "email">): Promise<Browser> {
    const browser = new Browser(base);
    await answered(browser.post("/api/auth/sign-in/email", { email, password: PASSWORD }));
    return browser;
  }

  async function addPerson(name = "Ada Person"): Promise<Person> {
    const email = `${newId("p").toLowerCase()}@example.com`;
    const { id } = await server.app.accounts.createUser({ name, email, password: PASSWORD, verified: true });
    return { userId: id, name, email, browser: await signIn({ email }) };
  }

  const addOrganization = (owner: Person): Promise<Named> =>
    answered(owner.browser.post("/api/dashboard/organizations", { name: newId("Org").replace("_", " ") }));

  const join: Scene["join"] = ({ userId }, organization, role) =>
    server.ctx.db.write((tx) =>
      addMember(tx, { organizationId: organization.id, userId, role }, server.ctx.clock.now()),
    );

  function addProject(owner: Person, organization: Named): Promise<Named> {
    const slug = newId("p").toLowerCase().replace("_", "-");
    const fields = { organizationId: organization.id, name: "Website", slug, sourceLanguage: "en" };
    return answered(owner.browser.post("/api/oauth-client/v1/projects", fields));
  }

  async function addKey(owner: Person, project: Named, name: string): Promise<string> {
    const path = `/api/oauth-client/v1/projects/${project.id}/keys`;
    const keys = [{ name, values: { en: "Hello" } }];
    return (await answered<{ items: [{ id: string }] }>(owner.browser.post(path, { keys }))).items[0].id;
  }

  async function addPlan(owner: Person, project: Named): Promise<string> {
    const path = `/api/oauth-client/v1/projects/${project.id}/publish-plans`;
    return (await answered<{ planId: string }>(owner.browser.post(path, {}))).planId;
  }

  async function addApp(owner: Person, organization: Named, fields: object = {}): Promise<App> {
    const { app, clientSecret } = await answered<{
      app: { id: string; redirectUris: [string] };
      clientSecret: string | null;
    }>(
      owner.browser.post(`/api/dashboard/organizations/${organization.id}/apps`, {
        name: "Sprout",
        type: "web",
        redirectUris: ["https://partner.example/callback"],
        ...fields,
      }),
    );
    return { clientId: app.id, secret: clientSecret, redirectUri: app.redirectUris[0] };
  }

  const addApiKey: Scene["addApiKey"] = async (owner, organization, fields = {}) => {
    const path = `/api/dashboard/organizations/${organization.id}/api-keys`;
    const made = await answered<{ apiKey: { id: string }; key: string }>(
      owner.browser.post(path, { name: "Build server", kind: "secret", ...fields }),
    );
    return { id: made.apiKey.id, key: made.key };
  };

  const invite: Scene["invite"] = async (owner, organization, email) => {
    const path = `/api/dashboard/organizations/${organization.id}/invitations`;
    const { id } = await answered<{ id: string }>(owner.browser.post(path, { email, role: "member" }));
    const link = await mailedLink(email, () => server.ctx.mails);
    return { id, token: link.pathname.split("/").at(-1) as string };
  };

  async function letIn(person: Person, app: App, chosen: Chosen = {}): Promise<TokenAnswer> {
    const { scopes = ALL_SCOPES, organizations, projects = "all", resource } = chosen;
    const connected = await connect(
      person.browser,
      app,
      { scope: scopes.join(" "), resource },
      {
        scopes: [...scopes],
        ...(organizations && {
          organizations: organizations.map(({ id }) => ({ organization_id: id, projects })),
        }),
      },
    );
    return tokens(exchange(base, app, connected));
  }

  const owner = await addPerson("Olga Owner");
  const admin = await addPerson("Adam Admin");
  const member = await addPerson("Mia Member");
  const stranger = await addPerson("Stan Stranger");
  const organization = await addOrganization(owner);
  const other = await addOrganization(stranger);
  await join(admin, organization, "admin");
  await join(member, organization, "member");
  const project = await addProject(owner, organization);
  await addKey(owner, project, "greeting");
  return {
    server,
    base,
    people: { owner, admin, member, stranger },
    organization,
    other,
    project,
    outside: await addProject(owner, organization),
    foreign: await addProject(stranger, other),
    app: await addApp(owner, organization),
    addPerson,
    signIn,
    join,
    addOrganization,
    addProject,
    addKey,
    addPlan,
    addApp,
    addApiKey,
    invite,
    letIn,
    mint: async (issued, narrowing = {}) =>
      (
        await answered<{ installation_token: string }>(
          mint(base, issued.access_token, issued.grant_id, narrowing),
        )
      ).installation_token,
  };
}

/** The body of an answer that is a success. */
export async function answered<Body>(answer: Promise<Response>): Promise<Body> {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as Body;
}
