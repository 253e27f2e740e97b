import type { ErrorCode } from "@parlance/contract/errors";
import type { Session } from "../accounts/session.ts";
import { type App, findApp } from "../apps/apps.ts";
import { isDocumentAddress } from "../apps/document-address.ts";
import { DocumentRefused, documentApp } from "../apps/document-apps.ts";
import { isLoopbackUri, redirectUriMatches } from "../apps/redirect-uri.ts";
import type { Context } from "../context.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { hashOf } from "../platform/crypto.ts";
import { describable } from "./error-description.ts";
import { Parameters } from "./parameters.ts";
import { isChallenge } from "./pkce.ts";
import { checkRequested, newRequest, type Requested } from "./requested.ts";
import { insertRequest } from "./store-requests.ts";

/** The most that a stranger can make us store and send back. */
const LONGEST_STATE = 4096;
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

/** What an authorization request in the browser adds to what every one asks for. */
interface RequestedHere extends Requested {
  codeChallenge: string | null;
  state: string | null;
}

function check(ctx: Context, parameters: Parameters, app: App): RequestedHere {
  parameters.refuseRepeated();
  if (parameters.require("response_type") !== "code") throw new ApiError("unsupported_response_type");
  return {
    ...checkRequested(ctx, parameters, app),
    codeChallenge: checkChallenge(parameters, app),
    state: parameters.get("state", LONGEST_STATE) ?? null,
  };
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
  requested: RequestedHere & Target,
  session: Session | null,
  browserToken: string,
  now: number,
): Promise<string> {
  const begun = await newRequest(ctx, requested.app, requested, now);
  const request: AuthorizationRequestTable = {
    ...begun,
    redirectUri: requested.redirectUri,
    redirectUriSent: requested.redirectUriSent ? 1 : 0,
    state: requested.state,
    codeChallenge: requested.codeChallenge,
    browserHash: hashOf(browserToken),
    userId: session?.userId ?? null,
    // A person who is ready to consent has no sign-in to wait for.
    extendedAt: session?.emailVerified ? now : null,
  };
  await ctx.db.write((tx) => insertRequest(tx, request));
  return request.id;
}
