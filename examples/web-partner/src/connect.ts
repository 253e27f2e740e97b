import { createHash, randomBytes } from "node:crypto";
import type { Connections, NewConnection } from "./connections.ts";
import { type Metadata, request } from "./parlance.ts";
import type { Settings } from "./settings.ts";
import { clientCredentials, type TokenResponse, type Tokens } from "./tokens.ts";

/** The callback was not the end of something this browser began, or it did not come from Parlance. */
export class CallbackError extends Error {}

/** Parlance sent the user back without a code, for a reason other than the user's own "Cancel". */
export class AuthorizationError extends Error {
  readonly code: string;

  constructor(code: string, description: string | null) {
    super(description ?? "Parlance gave no reason.");
    this.code = code;
  }
}

interface ExchangeResponse extends TokenResponse {
  /** One entry per organization that the user picked, each with a refresh token of its own. */
  grants: {
    grant_id: string;
    organization_id: string;
    organization_slug: string;
    scopes: string[];
    project_ids: string[];
    refresh_token: string;
  }[];
}

interface MeResponse {
  grants: { grant_id: string; organization_name: string }[];
}

export type Connect = ReturnType<typeof createConnect>;

/** The way in: `start` sends the user to Parlance, `callback` receives them (RFC 6749 §4.1 with PKCE, RFC 7636). */
export function createConnect(
  settings: Settings,
  connections: Connections,
  tokens: Tokens,
  discover: () => Promise<Metadata>,
) {
  const redirectUri = `${settings.appUrl}/connect/callback`;

  return {
    // #region authorize-url
    /** The address to send the browser to. `organization` (id or slug) is a hint for the consent page. */
    async start(userId: string, organization?: string): Promise<string> {
      const { authorization_endpoint } = await discover();
      const state = randomBytes(32).toString("base64url");
      const codeVerifier = randomBytes(32).toString("base64url");
      connections.begin(state, userId, codeVerifier);

      const url = new URL(authorization_endpoint);
      url.searchParams.set("response_type", "code");
      url.searchParams.set("client_id", settings.clientId);
      url.searchParams.set("redirect_uri", redirectUri);
      url.searchParams.set("scope", settings.scope);
      url.searchParams.set("state", state);
      url.searchParams.set("code_challenge", createHash("sha256").update(codeVerifier).digest("base64url"));
      url.searchParams.set("code_challenge_method", "S256");
      if (organization) url.searchParams.set("organization", organization);
      return url.href;
    },
    // #endregion

    // #region callback
    /**
     * Takes the callback's query: checks it, exchanges the code, stores one connection per grant.
     * Throws CallbackError, AuthorizationError (`access_denied`: the user said no) or ParlanceError.
     */
    async callback(userId: string, query: URLSearchParams): Promise<void> {
      // The state ties the answer to this browser's own beginning; without it, anybody could plant their connection here.
      const codeVerifier = connections.finish(query.get("state") ?? "", userId);
      if (!codeVerifier) {
        throw new CallbackError(
          "This answer does not belong to a connection that this browser began in the last hour.",
        );
      }
      const metadata = await discover();
      checkIssuer(metadata, query.get("iss"));
      const error = query.get("error");
      if (error) throw new AuthorizationError(error, query.get("error_description"));
      const code = query.get("code");
      if (!code) throw new CallbackError("The answer carries no code.");

      const answer = await request<ExchangeResponse>(metadata.token_endpoint, {
        form: {
          grant_type: "authorization_code",
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
          ...clientCredentials(settings),
        },
      });
      await store(userId, answer);
    },
    // #endregion
  };

  // #region store
  async function store(userId: string, answer: ExchangeResponse): Promise<void> {
    const accessTokenExpiresAt = Date.now() + answer.expires_in * 1000;
    const rows = answer.grants.map(
      (grant): NewConnection => ({
        userId,
        organizationId: grant.organization_id,
        organizationSlug: grant.organization_slug,
        organizationName: grant.organization_slug,
        grantId: grant.grant_id,
        scopes: grant.scopes,
        projectIds: grant.project_ids,
        refreshToken: grant.refresh_token,
        // The first access token is good for every grant of this approval; each row renews its own from then on.
        accessToken: answer.access_token,
        accessTokenExpiresAt,
      }),
    );
    // First what must not be lost, then what is nice to have.
    for (const row of rows) connections.upsert(row);
    tokens.forgetAll();
    for (const [grantId, name] of await organizationNames(answer.access_token)) {
      connections.rename(userId, grantId, name);
    }
  }
  // #endregion

  async function organizationNames(accessToken: string): Promise<[string, string][]> {
    try {
      const me = await request<MeResponse>(`${settings.apiUrl}/me`, { bearer: accessToken });
      return me.grants.map((grant) => [grant.grant_id, grant.organization_name]);
    } catch (error) {
      console.warn("The organizations are shown by their slugs, because /me failed:", error);
      return [];
    }
  }
}

// #region issuer
/** RFC 9207 §2.4: an answer of another server is refused, so a code never reaches the wrong one. */
function checkIssuer(metadata: Metadata, issuer: string | null): void {
  const missing = issuer === null && metadata.authorization_response_iss_parameter_supported;
  if (missing || (issuer !== null && issuer !== metadata.issuer)) {
    throw new CallbackError("The answer came from another server than the one we asked.");
  }
}
// #endregion
