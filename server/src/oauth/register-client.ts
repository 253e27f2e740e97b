import type { Scope } from "@parlance/contract/scopes";
import type { Client } from "../apps/apps.ts";
import {
  type ClientMetadata,
  checkRedirectUris,
  DEVICE_GRANT,
  readClientMetadata,
} from "../apps/client-metadata.ts";
import { type Registration, registerAgain, registerOwn } from "../apps/registrations.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { sameSecret } from "../platform/crypto.ts";
import type { HeaderFields } from "../platform/incoming.ts";
import { OAUTH_PATHS } from "./metadata.ts";

/** Registrations of all kinds, for each that may make a new app. */
const ANSWERS_PER_APP = 10;
const SECRET_METHODS = ["client_secret_basic", "client_secret_post"];

/**
 * `POST /api/auth/mcp/register` (RFC 7591). What is not available is cut, dropped or replaced, and the answer holds what was
 * registered (§3.2.1). The app expires after 7 days without an approval; until then whoever registers the same from the
 * same network is given the same one.
 *
 * Throws `invalid_redirect_uri`, `invalid_client_metadata` (no object), `invalid_token` (a wrong registration token, or none
 * under REGISTRATION=token) and `rate_limited`.
 */
export async function registerClient(
  ctx: Context,
  headers: HeaderFields,
  body: unknown,
  address: string,
): Promise<object> {
  const now = ctx.clock.now();
  const network = networkOf(address);
  const most = ctx.config.REGISTRATIONS_PER_HOUR;
  await limit(ctx, `registrations:${network}`, most * ANSWERS_PER_APP, now);
  const metadata = readClientMetadata(body);
  const confidential = mayHaveSecret(ctx, headers, metadata);
  if (confidential) checkRedirectUris(metadata.redirectUris, { confidential });
  // An app with a secret is its registrant's alone.
  const fingerprint = confidential
    ? null
    : ctx.keyring.fingerprint(JSON.stringify(["registration", network, metadata]));
  const registered =
    (fingerprint === null ? undefined : await registerAgain(ctx, fingerprint, now)) ??
    (await registerNew(ctx, metadata, { confidential, fingerprint, network, now }));
  const { clientSecret } = registered;
  return {
    ...describeClient(ctx, metadata, registered, now),
    ...(clientSecret && { client_secret: clientSecret, client_secret_expires_at: 0 }),
    token_endpoint_auth_method: clientSecret ? metadata.authentication : "none",
    scope: [...metadata.scopes, ...metadata.identityScopes].join(" "),
  };
}

/** A registered client as registration and its management answer it (RFC 7591 §3.2.1, RFC 7592 §3). */
export function describeClient(
  ctx: Context,
  client: Pick<Client, "name" | "names" | "homepage" | "type" | "deviceFlow"> & {
    readonly redirectUris: readonly string[];
    readonly scopes: readonly Scope[];
  },
  { appId, token }: Pick<Registration, "appId" | "token">,
  issuedAt: number,
): Record<string, unknown> {
  const returns = client.redirectUris.length > 0;
  const names = Object.entries(client.names).map(([language, name]) => [`client_name#${language}`, name]);
  return {
    client_id: appId,
    client_id_issued_at: Math.floor(issuedAt / 1000),
    registration_client_uri: `${ctx.config.PUBLIC_URL}${OAUTH_PATHS.register}/${appId}`,
    registration_access_token: token,
    client_name: client.name,
    ...Object.fromEntries(names),
    ...(client.homepage && { client_uri: client.homepage }),
    redirect_uris: client.redirectUris,
    application_type: client.type === "native" ? "native" : "web",
    grant_types: [
      ...(returns ? ["authorization_code"] : []),
      "refresh_token",
      ...(client.deviceFlow ? [DEVICE_GRANT] : []),
    ],
    response_types: returns ? ["code"] : [],
    scope: client.scopes.join(" "),
  };
}

async function registerNew(
  ctx: Context,
  metadata: ClientMetadata,
  { network, ...facts }: { confidential: boolean; fingerprint: string | null; network: string; now: number },
): Promise<Registration> {
  await limit(ctx, `register:${network}`, ctx.config.REGISTRATIONS_PER_HOUR, facts.now);
  return ctx.db.write((tx) => registerOwn(tx, metadata, facts));
}

async function limit(ctx: Context, key: string, count: number, now: number): Promise<void> {
  const taken = await ctx.limiter.take(key, { count, seconds: 60 * 60, ofStrangers: true }, now);
  if (!taken.allowed)
    throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
}

/**
 * Whether the app gets a secret: with the registration token, where it asked for one and can keep it. Otherwise it is
 * registered as public, and reads so in the answer (RFC 7591 §2). A token that is wrong is a mistake to hear of.
 */
function mayHaveSecret(ctx: Context, headers: HeaderFields, metadata: ClientMetadata): boolean {
  const wantsSecret = SECRET_METHODS.includes(metadata.authentication);
  const isClosed = ctx.config.REGISTRATION === "token";
  if (!isClosed && (!wantsSecret || headers.get("authorization") === null)) return false;
  requireRegistrationToken(ctx, headers);
  return wantsSecret && metadata.type === "web";
}

function requireRegistrationToken(ctx: Context, headers: HeaderFields): void {
  const expected = ctx.config.REGISTRATION_TOKEN;
  const sent = /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (!expected || !sent || !sameSecret(sent, expected)) {
    throw new ApiError(
      "invalid_token",
      "This registration needs the server's registration token as Bearer token.",
    );
  }
}
