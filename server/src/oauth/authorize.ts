import type { ErrorCode } from "@parlance/contract/errors";
import {
  DEFAULT_SCOPES,
  type IdentityScope,
  intersect,
  isIdentityScope,
  isScope,
  type Scope,
} from "@parlance/contract/scopes";
import type { Session } from "../accounts/session.ts";
import { type App, findApp } from "../apps/apps.ts";
import { isDocumentAddress } from "../apps/document-address.ts";
import { DocumentRefused, documentApp, findDocumentHash } from "../apps/document-apps.ts";
import { isLoopbackUri, redirectUriMatches } from "../apps/redirect-uri.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { hashOf, newId } from "../platform/crypto.ts";
import { audiences } from "./access-token.ts";
import { describable } from "./error-description.ts";
import { Parameters } from "./parameters.ts";
import { isChallenge } from "./pkce.ts";
import { insertRequest } from "./store-requests.ts";

/** Bounds on what a stranger can make us store with a request. */
const LONGEST_STATE = 4096;
const LONGEST_HINT = 200;
const UNKNOWN_APP =
  "No app with this client_id is registered here, or not any more. In the program that sent you here, remove this connection and connect again: it then registers anew.";

/**
 * How an authorization request ends:
 * - `page`: shown here and never redirected, because client or redirect URI are not known to be good
 * - `error`: the app learns of it; `atOnce` decides between a redirect and a page with a link back (RFC 9700 §4.11.2)
 * - `connect`: the person goes on at `/connect/{id}`
 */
type AuthorizeOutcome =
  | { kind: "page"; sentence: string }
  | { kind: "error"; app: App; redirectUri: string; url: string; atOnce: boolean; sentence: string }
  | { kind: "connect"; requestId: string };

/** Who opens the link: who is signed in, the value of the browser cookie, and the network address. */
interface Opener {
  session: Session | null;
  browserToken: string;
  address: string;
}

/** `GET /api/auth/mcp/authorize` (spec/oauth §1, RFC 6749 §4.1.1). */
export async function authorize(
  ctx: Context,
  query: string,
  { session, browserToken, address }: Opener,
): Promise<AuthorizeOutcome> {
  const now = ctx.clock.now();
  const parameters = new Parameters(query);
  const target = await findTarget(ctx, parameters, { address, now });
  if ("sentence" in target) return { kind: "page", sentence: target.sentence };
  try {
    const requested = check(ctx, parameters, target.app);
    if (parameters.get("prompt")?.split(" ").includes("none")) {
      throw new ApiError(session ? "consent_required" : "login_required");
    }
    return {
      kind: "connect",
      requestId: await save(ctx, { ...requested, ...target }, session, browserToken, now),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { app, redirectUri } = target;
    const state = parameters.isRepeated("state") ? undefined : parameters.first("state");
    const url = errorUrl(ctx, redirectUri, error.code, error.message, state);
    return {
      kind: "error",
      app,
      redirectUri,
      url,
      atOnce: session !== null && isTrusted(app, redirectUri),
      sentence: error.message,
    };
  }
}

/** Whether to redirect there without a click; doing so everywhere would make us an open redirector for strangers. */
export function isTrusted(app: App, redirectUri: string): boolean {
  return app.trusted || isLoopbackUri(redirectUri);
}

/** The redirect URI with error, description, state and issuer (RFC 6749 §4.1.2.1, RFC 9207 §2). */
export function errorUrl(
  ctx: Context,
  redirectUri: string,
  code: ErrorCode,
  description: string,
  state: string | null | undefined,
): string {
  return withParameters(redirectUri, {
    error: code,
    error_description: describable(description).slice(0, 300),
    state,
    iss: ctx.config.PUBLIC_URL,
  });
}

/** Adds parameters to the query of a URI, which stays as it is (RFC 6749 §3.1.2). */
export function withParameters(uri: string, parameters: Record<string, string | null | undefined>): string {
  const added = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value != null) added.set(name, value);
  // A plus sign is a blank to readers of forms only, %20 to everybody; a real one is %2B already.
  const query = added.toString().replaceAll("+", "%20");
  return uri + (uri.includes("?") ? (/[?&]$/.test(uri) ? "" : "&") : "?") + query;
}

interface Target {
  app: App;
  redirectUri: string;
  redirectUriSent: boolean;
}

async function findTarget(
  ctx: Context,
  parameters: Parameters,
  asking: { address: string; now: number },
): Promise<Target | { sentence: string }> {
  const clientId = parameters.first("client_id");
  if (!clientId)
    return { sentence: "The link lacks a client_id, so it is not clear which app wants to connect." };
  if (parameters.isRepeated("client_id") || parameters.isRepeated("redirect_uri")) {
    return { sentence: "The link names the app or its address twice." };
  }
  const app = await findNamedApp(ctx, clientId, asking);
  if ("sentence" in app) return app;
  if (!app.enabled) return { sentence: "This app was disabled." };
  const sent = parameters.first("redirect_uri");
  const only = app.redirectUris.length === 1 ? app.redirectUris[0] : undefined;
  const redirectUri = sent ?? only;
  if (!redirectUri)
    return { sentence: "The link lacks a redirect_uri, and the app has registered more than one." };
  if (!redirectUriMatches(app, redirectUri)) {
    return { sentence: "The address to return to is not registered for this app." };
  }
  return { app, redirectUri, redirectUriSent: sent !== undefined };
}

async function findNamedApp(
  ctx: Context,
  clientId: string,
  asking: { address: string; now: number },
): Promise<App | { sentence: string }> {
  if (!isDocumentAddress(clientId)) {
    return (await findApp(ctx.db.read, clientId, asking.now)) ?? { sentence: UNKNOWN_APP };
  }
  try {
    return await documentApp(ctx, clientId, asking);
  } catch (error) {
    if (error instanceof DocumentRefused) return { sentence: error.message };
    throw error;
  }
}

/** What the app requested, checked. */
interface Requested {
  scopes: Scope[];
  identityScopes: IdentityScope[];
  resources: string[];
  codeChallenge: string | null;
  state: string | null;
  organizationHint: string | null;
}

function check(ctx: Context, parameters: Parameters, app: App): Requested {
  parameters.refuseRepeated();
  if (parameters.require("response_type") !== "code") throw new ApiError("unsupported_response_type");
  return {
    ...checkScopes(parameters.get("scope") ?? "", app),
    resources: checkResources(ctx, parameters.all("resource"), app),
    codeChallenge: checkChallenge(parameters, app),
    state: parameters.get("state", LONGEST_STATE) ?? null,
    organizationHint: parameters.get("organization", LONGEST_HINT) ?? null,
  };
}

/**
 * A request without a resource scope gets the default ones; none goes beyond the app's ceiling. A name that is not known is a
 * typing error of an owner; whoever registers by itself sends names of other servers, and reads in the answer what it got.
 */
function checkScopes(text: string, app: App): Pick<Requested, "scopes" | "identityScopes"> {
  const names = [...new Set(text.split(" ").filter(Boolean))];
  const unknown = names.find((name) => !isScope(name) && !isIdentityScope(name));
  if (unknown && app.trusted)
    throw new ApiError("invalid_scope", `There is no scope ${unknown.slice(0, 60)}.`);
  const requested = names.filter(isScope);
  const scopes = intersect(requested.length > 0 ? requested : DEFAULT_SCOPES, app.scopes);
  if (scopes.length === 0)
    throw new ApiError("invalid_scope", "The app is not registered for any of these scopes.");
  return { scopes, identityScopes: names.filter(isIdentityScope) };
}

/**
 * The requested audiences, each once (RFC 8707 §2). Without any it is the partner's for an app whose owner registered it, and
 * MCP's for one that came by itself, as agents do.
 */
function checkResources(ctx: Context, resources: readonly string[], app: App): string[] {
  const { partner, mcp } = audiences(ctx);
  if (resources.length === 0) return [app.trusted ? partner : mcp];
  return [...new Set(resources.map((resource) => toAudience(ctx, resource)))];
}

/** The audience that a `resource` stands for; clients send MCP's origin for MCP. Throws `invalid_target`. */
export function toAudience(ctx: Context, resource: string): string {
  const { partner, mcp } = audiences(ctx);
  const named = oneSpelling(resource);
  if (named === oneSpelling(partner)) return partner;
  if (named === oneSpelling(mcp) || named === oneSpelling(new URL(mcp).origin)) return mcp;
  throw new ApiError("invalid_target");
}

/**
 * A web address with its scheme and host in lower case, without default port and without one slash at the end. Nothing else
 * is made alike: a parser of addresses would also take dots and backslashes for ours.
 */
function oneSpelling(address: string): string {
  const parts = /^(https?):\/\/([a-z0-9.:[\]-]+)((?:\/[^?#]*)?)$/i.exec(address);
  if (!parts) return address;
  const [, scheme = "", authority = "", path = ""] = parts;
  const port = scheme.toLowerCase() === "https" ? /:443$/ : /:80$/;
  return `${scheme}://${authority.replace(port, "")}`.toLowerCase() + path.replace(/\/$/, "");
}

function checkChallenge(parameters: Parameters, app: App): string | null {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined) {
    if (app.legacyWithoutPkce && method === undefined) return null;
    throw new ApiError(
      "invalid_request",
      "The parameter code_challenge is missing: PKCE with S256 is required.",
    );
  }
  if (method !== "S256")
    throw new ApiError("invalid_request", "The parameter code_challenge_method must be S256.");
  if (!isChallenge(challenge)) {
    throw new ApiError("invalid_request", "The parameter code_challenge must be the base64url of a SHA-256.");
  }
  return challenge;
}

async function save(
  ctx: Context,
  requested: Requested & Target,
  session: Session | null,
  browserToken: string,
  now: number,
): Promise<string> {
  const id = newId("req");
  const { app } = requested;
  const documentHash = app.origin === "document" ? await findDocumentHash(ctx.db.read, app.id) : null;
  await ctx.db.write((tx) =>
    insertRequest(tx, {
      id,
      appId: app.id,
      redirectUri: requested.redirectUri,
      redirectUriSent: requested.redirectUriSent ? 1 : 0,
      scopes: JSON.stringify(requested.scopes),
      identityScopes: JSON.stringify(requested.identityScopes),
      state: requested.state,
      codeChallenge: requested.codeChallenge,
      resources: JSON.stringify(requested.resources),
      organizationHint: requested.organizationHint,
      browserHash: hashOf(browserToken),
      userId: session?.userId ?? null,
      createdAt: now,
      expiresAt: after(now, ctx.config.AUTHORIZATION_REQUEST_SECONDS),
      // A person who is ready to consent has no sign-in to wait for.
      extendedAt: session?.emailVerified ? now : null,
      decision: null,
      decidedAt: null,
      redeemedAt: null,
      documentHash,
    }),
  );
  return id;
}
