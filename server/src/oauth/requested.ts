import {
  DEFAULT_SCOPES,
  type IdentityScope,
  intersect,
  isIdentityScope,
  isScope,
  type Scope,
} from "@parlance/contract/scopes";
import type { Client } from "../apps/apps.ts";
import { findDocumentHash } from "../apps/document-apps.ts";
import type { Context } from "../context.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { newId } from "../platform/crypto.ts";
import { audiences } from "./access-token.ts";
import type { Parameters } from "./parameters.ts";

/** The most that a stranger can make us store of a hint. */
const LONGEST_HINT = 200;

/** What an app asks a person for, wherever the answer goes. */
export interface Requested {
  scopes: Scope[];
  identityScopes: IdentityScope[];
  resources: string[];
  organizationHint: string | null;
}

/** Reads `scope`, `resource` and `organization` (spec/oauth §1). Throws `invalid_scope`, `invalid_target`, `invalid_request`. */
export function checkRequested(ctx: Context, parameters: Parameters, app: Client): Requested {
  return {
    ...checkScopes(parameters.get("scope") ?? "", app),
    resources: checkResources(ctx, parameters.all("resource"), app),
    organizationHint: parameters.get("organization", LONGEST_HINT) ?? null,
  };
}

/** A request that nobody has seen yet: of no browser and no person, and without an address to return to. */
export async function newRequest(
  ctx: Context,
  app: Client,
  requested: Requested,
  now: number,
): Promise<AuthorizationRequestTable> {
  return {
    id: newId("req"),
    appId: app.id,
    redirectUri: null,
    redirectUriSent: 0,
    scopes: JSON.stringify(requested.scopes),
    identityScopes: JSON.stringify(requested.identityScopes),
    state: null,
    codeChallenge: null,
    resources: JSON.stringify(requested.resources),
    organizationHint: requested.organizationHint,
    browserHash: null,
    userId: null,
    createdAt: now,
    expiresAt: after(now, ctx.config.AUTHORIZATION_REQUEST_SECONDS),
    extendedAt: null,
    decision: null,
    decidedAt: null,
    redeemedAt: null,
    documentHash: app.origin === "document" ? await findDocumentHash(ctx.db.read, app.id) : null,
  };
}

/**
 * A request without a resource scope gets the default ones; none goes beyond the app's ceiling. A name that is not known is a
 * typing error of an owner; whoever registers by itself sends names of other servers, and reads in the answer what it got.
 */
function checkScopes(text: string, app: Client): Pick<Requested, "scopes" | "identityScopes"> {
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
function checkResources(ctx: Context, resources: readonly string[], app: Client): string[] {
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
