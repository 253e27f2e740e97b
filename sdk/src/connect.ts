import type { Output } from "./client.ts";
import type { Scope } from "./contract.ts";
import type { Endpoints } from "./endpoints.ts";
import { AuthorizationError, CallbackError, SettingsError } from "./errors.ts";
import { checkAnswer, requestJson } from "./http.ts";
import { challengeOf, randomText } from "./random.ts";
import type { Settings } from "./settings.ts";
import { type Connection, PENDING_MS } from "./store.ts";
import { askForTokens, endOf, type TokenAnswer } from "./token-endpoint.ts";

/** Who connects, and what is asked of them. */
export interface AuthorizeOptions {
  /** Your own id of the user, as your session says in this request: nobody else can end what they began. */
  userId: string;
  /** An id or slug for the consent page to begin with. */
  organization?: string;
  /** In place of those in the settings. */
  scopes?: readonly Scope[];
}

/**
 * The address to send the browser to: an authorization code with PKCE (RFC 6749 §4.1.1, RFC 7636 §4.3). What its callback
 * has to bring back is kept in the store.
 */
export async function beginAuthorization(
  settings: Settings,
  endpoints: Endpoints,
  { userId, organization, scopes = settings.scopes }: AuthorizeOptions,
): Promise<string> {
  checkUser(userId);
  const redirectUri = redirectUriOf(settings);
  const state = randomText();
  const codeVerifier = randomText();
  await settings.store.begin({ state, userId, codeVerifier, startedAt: settings.now() });
  const url = new URL(endpoints.authorization_endpoint);
  const query = {
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: await challengeOf(codeVerifier),
    code_challenge_method: "S256",
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(organization !== undefined && { organization }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Checks a callback, exchanges its code, and stores one connection per grant. Throws `CallbackError`,
 * `AuthorizationError` (`access_denied`: the user said no), and what the token endpoint refuses with.
 */
export async function finishAuthorization(
  settings: Settings,
  endpoints: Endpoints,
  userId: string,
  query: URLSearchParams,
): Promise<readonly Connection[]> {
  checkUser(userId);
  const { store, now } = settings;
  // Without the state anybody could plant their own connection with this user (RFC 9700 §4.7).
  const pending = await store.finish(only(query, "state") ?? "", userId);
  if (!pending || pending.startedAt < now() - PENDING_MS) {
    throw new CallbackError(
      "This answer does not belong to what this user began in the last hour. Begin again.",
    );
  }
  checkIssuer(endpoints, only(query, "iss"));
  const error = only(query, "error");
  if (error !== undefined) throw new AuthorizationError(error, query.get("error_description"));
  const code = only(query, "code");
  if (code === undefined) throw new CallbackError("The answer has no code. Begin again.");
  const askedAt = now();
  const answer = await askForTokens(settings, endpoints, {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUriOf(settings),
    code_verifier: pending.codeVerifier,
  });
  return storeGrants(settings, endpoints, { userId, answer, askedAt });
}

/** Of an app that people do not come back to, such as one for devices only, there is none. */
function redirectUriOf({ redirectUri }: Settings): string {
  if (redirectUri === undefined) throw new SettingsError("redirectUri is missing.");
  return redirectUri;
}

/** Stores what a code or a device's wait brought, as one connection per grant. Throws `CallbackError` where that is nothing. */
export async function storeGrants(
  settings: Settings,
  endpoints: Endpoints,
  { userId, answer, askedAt }: { userId: string; answer: TokenAnswer; askedAt: number },
): Promise<readonly Connection[]> {
  const { store } = settings;
  if (!Array.isArray(answer.grants) || answer.grants.length === 0) {
    throw new CallbackError("The server answered no connection. Begin again.");
  }
  for (const grant of answer.grants) checkAnswer(grant, NEEDED, endpoints.token_endpoint);
  const approval = randomText();
  const connections = answer.grants.map(
    (grant): Connection => ({
      id: randomText(),
      userId,
      organizationId: grant.organization_id,
      organizationSlug: grant.organization_slug,
      organizationName: grant.organization_slug,
      grantId: grant.grant_id,
      scopes: grant.scopes,
      projectIds: grant.project_ids,
      refreshToken: grant.refresh_token,
      // The first access token is good for every grant of the approval; each row renews its own from then on.
      accessToken: answer.access_token,
      accessTokenExpiresAt: endOf(askedAt, answer.expires_in),
      revokedAt: null,
      approval,
      lease: null,
      version: randomText(),
    }),
  );
  // First what must not be lost, of one row as of the others, then what is nice to have.
  const stored = await Promise.allSettled(connections.map((connection) => store.upsert(connection)));
  const failed = stored.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  const names = await organizationNames(settings, answer.access_token);
  return Promise.all(
    stored.flatMap((result) => (result.status === "fulfilled" ? [named(settings, result.value, names)] : [])),
  );
}

/** By grant; none where the server could not say, because a connection works without. */
async function organizationNames(settings: Settings, bearer: string): Promise<ReadonlyMap<string, string>> {
  const url = `${settings.apiUrl}/api/oauth-client/me`;
  const me = await requestJson<Output<"me">>(settings, { url, bearer }).catch(() => undefined);
  return new Map(me?.grants?.map((grant) => [grant.grant_id, grant.organization_name]));
}

/** The row with the name, unless somebody was faster and has a newer one. */
async function named(
  { store }: Settings,
  connection: Connection,
  names: ReadonlyMap<string, string>,
): Promise<Connection> {
  const organizationName = names.get(connection.grantId) ?? connection.organizationName;
  const next = { ...connection, organizationName, version: randomText() };
  return (await store.replace(next, connection.version)) ? next : connection;
}

const NEEDED = { grant_id: "string", organization_id: "string", refresh_token: "string" } as const;

/** Everybody who is not signed in would be the same user, and could end what another of them began. */
export function checkUser(userId: string): void {
  if (typeof userId !== "string" || userId === "") {
    throw new SettingsError("userId is missing: it has to be the id of whoever is signed in with you.");
  }
}

/** RFC 9207 §2.4: an answer of another server is refused, so that a code never reaches the wrong one. */
function checkIssuer(endpoints: Endpoints, issuer: string | undefined): void {
  const isMissing = issuer === undefined && endpoints.authorization_response_iss_parameter_supported === true;
  if (isMissing || (issuer !== undefined && issuer !== endpoints.issuer)) {
    throw new CallbackError("The answer came from another server than the one that was asked.");
  }
}

/** A parameter that stands once (RFC 6749 §3.1: never repeated, and without a value it is absent). */
function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new CallbackError(`The answer has ${name} more than once.`);
  return values[0] || undefined;
}
