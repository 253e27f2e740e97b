import { name as nameSchema } from "@parlance/contract/operation";
import { ALL_SCOPES, inOrder, isIdentityScope, isScope, type Scope } from "@parlance/contract/scopes";
import { z } from "zod";
import { registerApp } from "../apps/apps.ts";
import { homepageErrors } from "../apps/change-app.ts";
import { redirectUriProblem } from "../apps/redirect-uri.ts";
import { addSecret } from "../apps/secrets.ts";
import { recordAudit } from "../audit/record.ts";
import type { Context } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { after } from "../platform/clock.ts";
import { sameSecret } from "../platform/crypto.ts";
import type { HeaderFields } from "../platform/incoming.ts";
import { isStorable } from "../platform/storable.ts";

const UNUSED_LIFE_SECONDS = 7 * 24 * 60 * 60;
const PER_ADDRESS = { count: 20, seconds: 60 * 60, ofStrangers: true } as const;
const GRANT_TYPES = ["authorization_code", "refresh_token"];

const metadata = z.object({
  redirect_uris: z.array(z.string()).min(1).max(20),
  client_name: nameSchema.default("Unnamed app"),
  client_uri: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullish(),
  application_type: z.enum(["web", "native"]).nullish(),
  token_endpoint_auth_method: z.enum(["none", "client_secret_basic", "client_secret_post"]).default("none"),
  grant_types: z.array(z.string().max(100)).max(20).default(GRANT_TYPES),
  response_types: z.array(z.string().max(100)).max(20).default(["code"]),
  scope: z.string().max(2000).default(""),
});

/**
 * `POST /api/auth/mcp/register` (RFC 7591). Fields without a meaning here are ignored; values that are not available are
 * replaced, and the answer holds what was registered (§3.2.1). The app expires after 7 days without an approval.
 *
 * Throws `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_token` (a secret, or any registration under
 * REGISTRATION=token, needs the registration token) and `rate_limited`.
 */
export async function registerClient(
  ctx: Context,
  headers: HeaderFields,
  body: unknown,
  address: string,
): Promise<object> {
  const now = ctx.clock.now();
  await limit(ctx, address, now);
  const requested = parse(body);
  const confidential = requested.token_endpoint_auth_method !== "none";
  if (confidential || ctx.config.REGISTRATION === "token") requireRegistrationToken(ctx, headers);
  const redirectUris = [...new Set(requested.redirect_uris)];
  const type = typeOf(requested, redirectUris);
  if (confidential && type !== "web") {
    throw new ApiError(
      "invalid_client_metadata",
      "A native app cannot keep a secret: use token_endpoint_auth_method none.",
    );
  }
  for (const uri of redirectUris) {
    const problem = redirectUriProblem(uri, type);
    if (problem) throw new ApiError("invalid_redirect_uri", `A redirect URI is not allowed: ${problem}`);
  }
  const scopes = ceiling(requested.scope);
  const { id, secret } = await ctx.db.write(async (tx) => {
    const fields = {
      name: requested.client_name,
      type,
      authentication: confidential ? ("secret" as const) : ("none" as const),
      origin: "registered" as const,
      organizationId: null,
      homepage: requested.client_uri ?? null,
      redirectUris,
      scopes,
      createdBy: null,
      expiresAt: after(now, UNUSED_LIFE_SECONDS),
    };
    const id = await registerApp(tx, fields, now);
    await recordAudit(tx, {
      at: now,
      action: "client.registered",
      actor: ANYONE,
      appId: id,
      target: id,
    });
    return { id, secret: confidential ? (await addSecret(tx, id, now)).clientSecret : null };
  });
  return {
    client_id: id,
    client_id_issued_at: Math.floor(now / 1000),
    ...(secret && { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: requested.client_name,
    ...(requested.client_uri && { client_uri: requested.client_uri }),
    redirect_uris: redirectUris,
    application_type: type,
    token_endpoint_auth_method: requested.token_endpoint_auth_method,
    grant_types: GRANT_TYPES,
    response_types: ["code"],
    scope: [...scopes, ...requested.scope.split(" ").filter(isIdentityScope)].join(" "),
  };
}

async function limit(ctx: Context, address: string, now: number): Promise<void> {
  const taken = await ctx.limiter.take(`register:${networkOf(address)}`, PER_ADDRESS, now);
  if (!taken.allowed)
    throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
}

function parse(body: unknown): z.output<typeof metadata> {
  const parsed = metadata.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = String(issue?.path[0] ?? "body");
    const code = field === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata";
    throw new ApiError(code, `The field ${field} is not right: ${issue?.message ?? "invalid"}.`);
  }
  const [problem] = homepageErrors(parsed.data.client_uri ?? null);
  if (problem)
    throw new ApiError("invalid_client_metadata", `The field client_uri must be ${problem.expected}.`);
  if (!parsed.data.grant_types.includes("authorization_code")) {
    throw new ApiError("invalid_client_metadata", "grant_types must contain authorization_code.");
  }
  if (!parsed.data.response_types.includes("code")) {
    throw new ApiError("invalid_client_metadata", "response_types must contain code.");
  }
  // The other fields are ASCII, or are not stored as they come.
  if (!isStorable(parsed.data.client_name)) {
    throw new ApiError("invalid_client_metadata", "The field client_name is not valid text.");
  }
  return parsed.data;
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

/** Without `application_type`: native when every redirect URI stays on the person's computer, else web. */
function typeOf(requested: z.output<typeof metadata>, redirectUris: string[]): "web" | "native" {
  if (requested.application_type) return requested.application_type;
  const isLocal = (uri: string) => redirectUriProblem(uri, "native") === null && !uri.startsWith("https:");
  return redirectUris.every(isLocal) ? "native" : "web";
}

/** The widest a connection of this app can become; OpenID names alone set no ceiling. */
function ceiling(scope: string): Scope[] {
  const names = scope.split(" ").filter((name) => name !== "" && !isIdentityScope(name));
  if (names.length === 0) return ALL_SCOPES;
  const known = inOrder(names.filter(isScope));
  if (known.length === 0)
    throw new ApiError("invalid_client_metadata", "scope names no scope of this server.");
  return known;
}
