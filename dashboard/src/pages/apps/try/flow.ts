import routes from "virtual:token-routes";
import { fillIn, routeOf } from "../../../api.ts";
import type { AppRequest } from "./exchange.ts";

/** The addresses of RFC 8414 metadata that an app needs. */
export interface Metadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
}

/** The app, as far as it has to say so. */
export interface Client {
  readonly clientId: string;
  /** Null for an app without one. */
  readonly secret: string | null;
}

/** What an app keeps between sending somebody away and their coming back. */
export interface Started {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly verifier: string;
  readonly challenge: string;
}

/** What the token endpoint answers for a code. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  grant_id: string;
  grants: { grant_id: string; organization_slug: string }[];
}

export interface InstallationToken {
  installation_token: string;
  organization_id: string;
}

/** What can be called with nothing but an installation token. */
export const CALLS = ["me", "organizations.list", "projects.list"] as const;
export type CallName = (typeof CALLS)[number];

/** Makes state and verifier anew (RFC 6749 §10.12, RFC 7636 §4.1). Throws where the page is not in a secure context. */
export async function start(redirectUri: string, scopes: readonly string[]): Promise<Started> {
  const verifier = randomText();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return { redirectUri, scopes, state: randomText(), verifier, challenge: base64url(new Uint8Array(digest)) };
}

export function authorizeUrl(
  { authorization_endpoint }: Metadata,
  { clientId }: Client,
  started: Started,
): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: started.redirectUri,
    scope: started.scopes.join(" "),
    state: started.state,
    code_challenge: started.challenge,
    code_challenge_method: "S256",
  });
  return `${authorization_endpoint}?${query}`;
}

export function exchangeRequest(
  metadata: Metadata,
  client: Client,
  started: Started,
  code: string,
): AppRequest {
  return tokenRequest(metadata, client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: started.redirectUri,
    code_verifier: started.verifier,
  });
}

export function refreshRequest(metadata: Metadata, client: Client, refreshToken: string): AppRequest {
  return tokenRequest(metadata, client, { grant_type: "refresh_token", refresh_token: refreshToken });
}

function tokenRequest(
  { token_endpoint }: Metadata,
  { clientId, secret }: Client,
  fields: Record<string, string>,
): AppRequest {
  const body = new URLSearchParams({
    ...fields,
    client_id: clientId,
    ...(secret !== null && { client_secret: secret }),
  });
  return {
    method: "POST",
    path: new URL(token_endpoint).pathname,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: String(body),
    ...(secret !== null && { secrets: { PARLANCE_CLIENT_SECRET: secret } }),
  };
}

export function mintRequest(grantId: string, accessToken: string): AppRequest {
  return withToken(fillIn(routes["installations.mint"], { grantId }), accessToken);
}

export function revokeRequest(grantId: string, accessToken: string): AppRequest {
  return withToken(fillIn(routes["installations.revoke"], { grantId }), accessToken);
}

export function callRequest(name: CallName, token: InstallationToken): AppRequest {
  const { organization_id: organizationId } = token;
  const route = {
    me: () => fillIn(routes.me, {}),
    "organizations.list": () => routeOf("organizations.list", {}),
    "projects.list": () => routeOf("projects.list", { organizationId }),
  }[name]();
  return withToken(route, token.installation_token);
}

function withToken({ method, address }: { method: string; address: string }, token: string): AppRequest {
  return { method, path: address, headers: { authorization: `Bearer ${token}` } };
}

/** 256 bits, in the letters that a verifier may have. */
function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
