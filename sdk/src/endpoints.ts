import { SettingsError } from "./errors.ts";
import { checkAnswer, requestJson } from "./http.ts";
import { withRetries } from "./retry.ts";
import type { Settings } from "./settings.ts";

/** Of the server's metadata (RFC 8414 §2), what the SDK uses. */
export interface Endpoints {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly device_authorization_endpoint?: string;
  readonly authorization_response_iss_parameter_supported?: boolean;
}

/** Finds the OAuth endpoints at first use, and keeps them; a failure is not kept. */
export function discovery(settings: Settings): () => Promise<Endpoints> {
  let known: Promise<Endpoints> | undefined;
  return () => {
    known ??= discover(settings).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** RFC 8414 §3.1: the well-known part goes between origin and path. */
async function discover(settings: Settings): Promise<Endpoints> {
  const { issuer } = settings;
  const { origin, pathname } = new URL(issuer);
  const path = pathname === "/" ? "" : pathname;
  const url = `${origin}/.well-known/oauth-authorization-server${path}`;
  const found = await withRetries(() => requestJson<Endpoints>(settings, { url }));
  // §3.3: a document that names another issuer must not be used.
  if (found.issuer !== issuer) {
    throw new SettingsError(`url is ${issuer}, but the server there calls itself ${found.issuer}.`);
  }
  return checkAnswer(found, { authorization_endpoint: "string", token_endpoint: "string" }, url);
}
