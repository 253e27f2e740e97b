import { createHash, randomBytes } from "node:crypto";

/** A registered app as its own code knows it. */
export interface App {
  clientId: string;
  /** Null for a public app. */
  secret: string | null;
  redirectUri: string;
}

export type Fields = Record<string, string | readonly string[] | undefined>;

/** A user agent: keeps cookies, sends `Origin` with what a page would post, follows no redirect by itself. */
export class Browser {
  readonly base: string;
  readonly #cookies = new Map<string, string>();

  constructor(base: string) {
    this.base = base;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  forget(): void {
    this.#cookies.clear();
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie) headers.set("cookie", cookie);
    const response = await fetch(new URL(path, this.base), { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  post(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
    method = "POST",
  ): Promise<Response> {
    return this.request(path, {
      method,
      headers: { "content-type": "application/json", origin: this.base, ...headers },
      body: JSON.stringify(body),
    });
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const gone = attributes.some((attribute) => /^\s*max-age=(0|-)/i.test(attribute));
    if (gone) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(at + 1));
  }
}

/** A PKCE pair (RFC 7636 §4.1 and §4.2). */
export function newProof(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: challengeOf(verifier) };
}

export function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

/** A form or query of these fields: an undefined one is left out, a list repeats its field. */
export function form(fields: Fields): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    for (const each of typeof value === "string" ? [value] : value) params.append(name, each);
  }
  return params;
}

/** What came of a request to the authorization endpoint. */
interface Authorization {
  response: Response;
  /** Null when the request was refused. */
  requestId: string | null;
  verifier: string;
  state: string;
}

/** Sends the browser to the authorization endpoint with a sound request, changed by `fields`. */
export async function authorize(browser: Browser, app: App, fields: Fields = {}): Promise<Authorization> {
  const { verifier, challenge } = newProof();
  const state = randomBytes(8).toString("hex");
  const query = form({
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...fields,
  });
  const response = await browser.request(`/api/auth/mcp/authorize?${query}`);
  const location = response.headers.get("location");
  const connect = location && /\/connect\/([^/?]+)$/.exec(new URL(location, browser.base).pathname);
  return { response, requestId: connect ? (connect[1] as string) : null, verifier, state };
}

export interface Choice {
  organization_id: string;
  projects: "all" | string[];
}

export interface PendingRequest {
  status: string;
  client: Record<string, unknown>;
  organizations: { id: string; slug: string; selectable: boolean; projects: { id: string }[] }[];
  scopes: { name: string; requested: boolean; granted: boolean; default_on: boolean }[];
  continue_url: string | null;
}

export async function readRequest(browser: Browser, requestId: string): Promise<PendingRequest> {
  const response = await browser.request(`/api/auth/mcp/requests/${requestId}`);
  if (!response.ok) throw new Error(`reading the request: ${response.status} ${await response.text()}`);
  return (await response.json()) as PendingRequest;
}

/** Approves every organization the user administers and every requested scope, unless `chosen` says otherwise. */
export async function approve(
  browser: Browser,
  requestId: string,
  chosen: { organizations?: Choice[]; scopes?: string[] } = {},
): Promise<string> {
  const request = await readRequest(browser, requestId);
  const everywhere = request.organizations
    .filter((organization) => organization.selectable)
    .map((organization): Choice => ({ organization_id: organization.id, projects: "all" }));
  const response = await browser.post(`/api/auth/mcp/requests/${requestId}/decision`, {
    approve: true,
    organizations: chosen.organizations ?? everywhere,
    scopes: chosen.scopes ?? request.scopes.filter((scope) => scope.requested).map((scope) => scope.name),
  });
  if (!response.ok) throw new Error(`approving: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { continue_url: string }).continue_url;
}

/** Opens the continue address and answers where it leads: the app's redirect URI with the answer. */
export async function follow(browser: Browser, continueUrl: string): Promise<URL> {
  const response = await browser.request(continueUrl);
  const location = response.headers.get("location");
  if (!location) throw new Error(`continuing: ${response.status} ${await response.text()}`);
  return new URL(location);
}

export interface Connected {
  code: string;
  verifier: string;
  state: string;
  redirect: URL;
}

/** The whole front channel: request, consent, code. */
export async function connect(
  browser: Browser,
  app: App,
  fields: Fields = {},
  chosen: Parameters<typeof approve>[2] = {},
): Promise<Connected> {
  const begun = await authorize(browser, app, fields);
  if (!begun.requestId)
    throw new Error(`authorizing: ${begun.response.status} ${await begun.response.text()}`);
  const redirect = await follow(browser, await approve(browser, begun.requestId, chosen));
  return { ...begun, redirect, code: redirect.searchParams.get("code") ?? "" };
}

/** The Basic header of RFC 6749 §2.3.1: both halves form-encoded. */
export function basic(app: App, secret: string = app.secret ?? ""): Record<string, string> {
  const encode = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
  const pair = `${encode(app.clientId)}:${encode(secret)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Posts a form to an endpoint below /api/auth/mcp, authenticated as the app unless `headers` or `fields` say more. */
export function post(
  base: string,
  endpoint: "token" | "revoke" | "introspect" | "device_authorization",
  app: App | null,
  fields: Fields,
  headers: Record<string, string> = {},
): Promise<Response> {
  const identity: Fields = app && app.secret === null ? { client_id: app.clientId } : {};
  return fetch(`${base}/api/auth/mcp/${endpoint}`, {
    method: "POST",
    headers: { ...(app?.secret ? basic(app) : {}), ...headers },
    body: form({ ...identity, ...fields }),
  });
}

export function exchange(
  base: string,
  app: App,
  connected: Connected,
  fields: Fields = {},
): Promise<Response> {
  return post(base, "token", app, {
    grant_type: "authorization_code",
    code: connected.code,
    redirect_uri: app.redirectUri,
    code_verifier: connected.verifier,
    ...fields,
  });
}

export function refresh(
  base: string,
  app: App,
  refreshToken: string,
  fields: Fields = {},
): Promise<Response> {
  return post(base, "token", app, { grant_type: "refresh_token", refresh_token: refreshToken, ...fields });
}

export interface TokenAnswer {
  access_token: string;
  token_type: string;
  expires_in: number;
  refresh_token: string;
  grant_id: string;
  scope: string;
  grants: { grant_id: string; organization_id: string; scopes: string[]; refresh_token: string }[];
}

export async function tokens(answer: Response | Promise<Response>): Promise<TokenAnswer> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`token endpoint: ${response.status} ${await response.text()}`);
  return (await response.json()) as TokenAnswer;
}

/** The status and error code of a refusal. */
export async function refusal(answer: Response | Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  const body = (await response.json()) as { error: string };
  return [response.status, body.error];
}

export function mint(
  base: string,
  accessToken: string,
  grantId: string,
  body: unknown = {},
): Promise<Response> {
  return fetch(`${base}/api/oauth-client/installations/${grantId}/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

export async function installationToken(base: string, issued: TokenAnswer): Promise<string> {
  const response = await mint(base, issued.access_token, issued.grant_id);
  if (response.status !== 201) throw new Error(`minting: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { installation_token: string }).installation_token;
}

export function call(base: string, path: string, token: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${base}/api/oauth-client${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });
}
