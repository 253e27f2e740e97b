import type { BrowserContext } from "@playwright/test";
import { type Person, signUp, type Visitor, visit } from "../support/visitor.ts";
import type { Parlance } from "./programs.ts";

export interface Member extends Person {
  /** Acts for them outside the browser, to prepare what a test is not about. */
  visitor: Visitor;
}

export interface Organization {
  id: string;
  slug: string;
  name: string;
}

export interface RegisteredApp {
  clientId: string;
  clientSecret: string;
  scopes: string[];
}

/** Of an app that no test follows to its end. */
export const REDIRECT_URI = "https://partner.example/callback";
export const PASSWORD = "correct horse battery staple";

/** Somebody with a verified account. */
export async function addPerson(parlance: Parlance, name: string, email: string): Promise<Member> {
  const person = { name, email, password: PASSWORD };
  const visitor = visit(parlance.url);
  await signUp(visitor, person, parlance.mails);
  return { ...person, visitor };
}

/** Lets a browser be signed in as somebody, without the form. */
export async function signInBrowser(context: BrowserContext, { visitor }: Member): Promise<void> {
  const cookies = visitor.cookie().split("; ");
  await context.addCookies(
    cookies.map((pair) => {
      const at = pair.indexOf("=");
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: visitor.baseUrl, httpOnly: true };
    }),
  );
}

export function addOrganization({ visitor }: Member, name: string, slug?: string): Promise<Organization> {
  return created(visitor, "/api/dashboard/organizations", { name, ...(slug && { slug }) });
}

export function addProject(
  { visitor }: Member,
  organizationId: string,
  name: string,
  slug: string,
  more: { fileStructure?: string } = {},
): Promise<{ id: string; slug: string }> {
  const fields = { organizationId, name, slug, sourceLanguage: "en", ...more };
  return created(visitor, "/api/oauth-client/v1/projects", fields);
}

export async function addApp(
  { visitor }: Member,
  organizationId: string,
  fields: { name: string; redirectUris: string[]; scopes?: string[]; type?: "web" | "spa" | "native" },
): Promise<RegisteredApp> {
  const { app, clientSecret } = await created<{
    app: { id: string; scopes: string[] };
    clientSecret: string;
  }>(visitor, `/api/dashboard/organizations/${organizationId}/apps`, { type: "web", ...fields });
  return { clientId: app.id, clientSecret, scopes: app.scopes };
}

/** Where an app sends the browser; it asks for all it may. */
export function authorizeUrl({ clientId, scopes }: RegisteredApp): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: scopes.join(" "),
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  return `/api/auth/mcp/authorize?${query}`;
}

/** Lets the app into organizations, without a page. */
export async function connectApp(
  { visitor }: Member,
  app: RegisteredApp,
  into: Organization[],
): Promise<void> {
  const asked = await visitor.get(authorizeUrl(app));
  const { pathname } = new URL(asked.headers.get("location") ?? "", visitor.baseUrl);
  const decided = await visitor.post(`/api/auth/mcp/requests/${pathname.split("/").at(-1)}/decision`, {
    approve: true,
    organizations: into.map(({ id }) => ({ organization_id: id, projects: "all" })),
    scopes: ["org:read", "keys:write"],
  });
  if (!decided.ok) throw new Error(`connecting answered ${decided.status}: ${await decided.text()}`);
}

export async function created<Body>(visitor: Visitor, path: string, body: unknown): Promise<Body> {
  const response = await visitor.post(path, body);
  if (response.status !== 201)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Body;
}
