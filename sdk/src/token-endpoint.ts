import type { Scope } from "./contract.ts";
import type { Endpoints } from "./endpoints.ts";
import { checkAnswer, requestJson } from "./http.ts";
import { withRetries } from "./retry.ts";
import type { Settings } from "./settings.ts";

/** How often a request of the token endpoint is sent again: with its time limit, within the patience of others. */
const MOST_REPETITIONS = 2;

/** The answer to a code or a refresh token (spec "3. Token"). */
export interface TokenAnswer {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
  /** One entry per organization that the user picked; each has a refresh token of its own where a code was exchanged. */
  readonly grants: readonly {
    readonly grant_id: string;
    readonly organization_id: string;
    readonly organization_slug: string;
    readonly scopes: readonly Scope[];
    readonly project_ids: readonly string[];
    readonly refresh_token: string;
  }[];
}

/**
 * Sends a form as this app (RFC 6749 §2.3.1; a public app has no secret to send). A lost answer is asked for again: the
 * server answers a refresh token that was used already with the newest of its chain, and a used code with `invalid_grant`.
 */
export async function askForTokens(
  settings: Settings,
  endpoints: Endpoints,
  fields: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const request = { method: "POST", url: endpoints.token_endpoint, body: formOf(settings, fields) };
  return withRetries(
    async () => checkAnswer(await requestJson<TokenAnswer>(settings, request), NEEDED, request.url),
    { most: MOST_REPETITIONS },
  );
}

/** The fields of a form, and who sends it. */
export function formOf(
  { clientId, clientSecret }: Settings,
  fields: Readonly<Record<string, string>>,
): URLSearchParams {
  return new URLSearchParams({
    ...fields,
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  });
}

const NEEDED = { access_token: "string", expires_in: "number", refresh_token: "string" } as const;

/** When something that lives for so many seconds ends, by our clock, if it began when we asked for it. */
export function endOf(askedAt: number, seconds: number): number {
  return askedAt + seconds * 1000;
}
