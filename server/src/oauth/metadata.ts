import { ALL_SCOPES, IDENTITY_SCOPES } from "@parlance/contract/scopes";
import { DEVICE_GRANT } from "../apps/client-metadata.ts";
import type { Context } from "../context.ts";
import { audiences } from "./access-token.ts";

/** Paths of the authorization server below an origin; metadata and routes are made from this table. */
export const OAUTH_PATHS = {
  authorize: "/api/auth/mcp/authorize",
  deviceAuthorization: "/api/auth/mcp/device_authorization",
  token: "/api/auth/mcp/token",
  revoke: "/api/auth/mcp/revoke",
  introspect: "/api/auth/mcp/introspect",
  register: "/api/auth/mcp/register",
  registration: "/api/auth/mcp/register/:id",
  userinfo: "/api/auth/mcp/userinfo",
  jwks: "/api/auth/mcp/jwks",
  device: "/api/auth/mcp/device",
  requests: "/api/auth/mcp/requests/:id",
} as const;

/** Where a person types the code that a device shows. */
export const DEVICE_PAGE_PATH = "/device";

export const SERVER_METADATA_PATH = "/.well-known/oauth-authorization-server";
const RESOURCE_METADATA_PATH = "/.well-known/oauth-protected-resource";

/** The metadata of the authorization server (RFC 8414 §2, and RFC 9207 §3 for `iss` in authorization responses). */
export function serverMetadata(ctx: Context): Record<string, unknown> {
  const at = (path: string) => ctx.config.PUBLIC_URL + path;
  const withSecret = ["client_secret_basic", "client_secret_post"];
  return {
    issuer: ctx.config.PUBLIC_URL,
    authorization_endpoint: at(OAUTH_PATHS.authorize),
    device_authorization_endpoint: at(OAUTH_PATHS.deviceAuthorization),
    token_endpoint: at(OAUTH_PATHS.token),
    jwks_uri: at(OAUTH_PATHS.jwks),
    ...(ctx.config.REGISTRATION !== "off" && { registration_endpoint: at(OAUTH_PATHS.register) }),
    revocation_endpoint: at(OAUTH_PATHS.revoke),
    introspection_endpoint: at(OAUTH_PATHS.introspect),
    userinfo_endpoint: at(OAUTH_PATHS.userinfo),
    scopes_supported: [...ALL_SCOPES, ...IDENTITY_SCOPES],
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token", DEVICE_GRANT],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: [...withSecret, "none"],
    revocation_endpoint_auth_methods_supported: [...withSecret, "none"],
    introspection_endpoint_auth_methods_supported: withSecret,
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: ctx.config.REGISTRATION === "open",
  };
}

/**
 * Where the metadata of the authorization server stands: at its own address, and where clients of earlier drafts look for
 * it, below the paths of our resources and endpoints. The issuer in it is the same (RFC 8414 §3.3 is for clients to judge).
 */
export function serverMetadataPaths(ctx: Context): string[] {
  const mcp = new URL(audiences(ctx).mcp).pathname.replace(/\/$/, "");
  const below = new Set(["", mcp, "/api/oauth-client", "/api/auth/mcp"]);
  return [...below].map((path) => SERVER_METADATA_PATH + path);
}

/** The address of the partner API's metadata, for `WWW-Authenticate` (RFC 9728 §5.1). */
export function partnerMetadataUrl(ctx: Context): string {
  return `${ctx.config.API_URL}${RESOURCE_METADATA_PATH}/api/oauth-client`;
}

/** The same of the MCP endpoint's, which is not always below the same origin. */
export function mcpMetadataUrl(ctx: Context): string {
  const { origin, pathname } = new URL(audiences(ctx).mcp);
  return origin + RESOURCE_METADATA_PATH + pathname.replace(/\/$/, "");
}

/**
 * The metadata of protected resources by path (RFC 9728 §2). The root document describes MCP, under its origin, because
 * existing clients fetch that one and send the origin as `resource`.
 */
export function resourceMetadata(ctx: Context): Map<string, Record<string, unknown>> {
  const { partner, mcp } = audiences(ctx);
  const of = (resource: string, resource_name: string) => ({
    resource,
    resource_name,
    authorization_servers: [ctx.config.PUBLIC_URL],
    scopes_supported: ALL_SCOPES,
    bearer_methods_supported: ["header"],
  });
  const { origin, pathname } = new URL(mcp);
  return new Map([
    [RESOURCE_METADATA_PATH, of(origin, "Parlance MCP")],
    [RESOURCE_METADATA_PATH + pathname.replace(/\/$/, ""), of(mcp, "Parlance MCP")],
    [`${RESOURCE_METADATA_PATH}/api/oauth-client`, of(partner, "Parlance API")],
  ]);
}
