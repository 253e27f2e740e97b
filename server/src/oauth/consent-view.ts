import { administers, type Role } from "@parlance/contract/roles";
import { ALL_SCOPES, SCOPES } from "@parlance/contract/scopes";
import { type App, findApp } from "../apps/apps.ts";
import { documentHost } from "../apps/document-address.ts";
import { isLocalProgram, receiverOf } from "../apps/redirect-uri.ts";
import type { Context } from "../context.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { errorUrl, isTrusted, withParameters } from "./authorize.ts";
import { nameFor } from "./client-name.ts";
import { deniedUrl, offeredScopes, type Returning } from "./consent.ts";
import { DEVICE_PAGE_PATH } from "./metadata.ts";
import { nextStep } from "./next-step.ts";
import { openRequest, type Visitor } from "./pending-request.ts";
import { refuseChanged } from "./same-document.ts";
import { type ConsentOrganization, selectConsentOrganizations } from "./store-consent.ts";
import { selectApprovals } from "./store-requests.ts";

/**
 * What `/connect/{id}` shows: the app, the person, what may be picked, and after a decision, what was granted. `languages` is
 * the value of an `Accept-Language` header.
 */
export async function viewRequest(ctx: Context, id: string, visitor: Visitor, languages: string | null) {
  const now = ctx.clock.now();
  const request = await openRequest(ctx, id, visitor);
  const status = nextStep(request, visitor.session, now);
  if (status !== "expired" && request.redeemedAt === null) await refuseChanged(ctx.db.read, request);
  const app = await findApp(ctx.db.read, request.appId, now);
  if (!app?.enabled) throw new ApiError("app_disabled");
  const { session } = visitor;
  const asks = session !== null && (status === "consent" || status === "approved");
  const organizations = asks ? await selectConsentOrganizations(ctx.db.read, session.userId, app.id) : [];
  return {
    status,
    client: {
      ...clientOnWire(app, request),
      name: nameFor(app, languages),
      changed: organizations.some(({ grant }) => grant && !isOfDocument(grant, request)),
    },
    user: session && { id: session.userId, name: session.name, email: session.email },
    organizations: status === "consent" ? organizations.map((each) => organizationOnWire(each, request)) : [],
    scopes: status === "consent" ? scopesOnWire(app, request, organizations) : [],
    organization_hint: request.organizationHint,
    expires_at: iso(request.expiresAt),
    grants: status === "approved" ? await grantsOnWire(ctx, request, organizations) : [],
    continue_url: continueUrl(ctx, request, status),
    return_url: returnUrl(ctx, request, status),
    switch_url: authorizeUrl(ctx, request),
    redirect_trusted: request.redirectUri !== null && isTrusted(app, request.redirectUri),
    life_seconds:
      request.redirectUri === null
        ? ctx.config.DEVICE_CODE_SECONDS
        : ctx.config.AUTHORIZATION_REQUEST_SECONDS,
  };
}

/** The answer to a decision: the same facts, for the same page. */
export async function viewDecision(ctx: Context, id: string, visitor: Visitor) {
  const { status, grants, continue_url } = await viewRequest(ctx, id, visitor, null);
  return { status, grants, continue_url };
}

function continueUrl(ctx: Context, request: AuthorizationRequestTable, status: string): string | null {
  const returning = returningOf(request);
  if (!returning) return null;
  if (status === "approved" && request.redeemedAt === null) {
    return `${ctx.config.PUBLIC_URL}/api/auth/mcp/requests/${request.id}/continue`;
  }
  return status === "denied" ? deniedUrl(ctx, returning) : null;
}

/** Where an app is told that nothing was allowed; one that was let in has had its answer. */
function returnUrl(ctx: Context, request: AuthorizationRequestTable, status: string): string | null {
  const returning = returningOf(request);
  if (!returning) return null;
  if (status !== "expired") return deniedUrl(ctx, returning);
  if (request.decision !== null) return null;
  return errorUrl(ctx, returning.redirectUri, "access_denied", "Nobody decided in time.", returning.state);
}

/** Null for a device, which hears of everything when it polls. */
function returningOf({ redirectUri, state }: AuthorizationRequestTable): Returning | null {
  return redirectUri === null ? null : { redirectUri, state };
}

/** The address that begins the same request again, for "not you?"; a device is asked for its code once more. */
function authorizeUrl(ctx: Context, request: AuthorizationRequestTable): string {
  if (request.redirectUri === null) return ctx.config.PUBLIC_URL + DEVICE_PAGE_PATH;
  const url = withParameters(`${ctx.config.PUBLIC_URL}/api/auth/mcp/authorize`, {
    response_type: "code",
    client_id: request.appId,
    redirect_uri: request.redirectUriSent ? request.redirectUri : null,
    scope: [...JSON.parse(request.scopes), ...JSON.parse(request.identityScopes)].join(" "),
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: request.codeChallenge && "S256",
    organization: request.organizationHint,
  });
  const resources = JSON.parse(request.resources) as string[];
  return url + resources.map((resource) => `&resource=${encodeURIComponent(resource)}`).join("");
}

function clientOnWire(app: App, request: AuthorizationRequestTable) {
  // Anybody, from anywhere, can begin a device's request in the name of an app without a secret.
  const device = request.redirectUri === null ? { proven: app.confidential } : null;
  return {
    client_id: app.id,
    document_host: documentHost(app.id),
    icon_url: app.iconUrl,
    homepage: app.homepage,
    publisher: app.publisher,
    verified: app.verified && device?.proven !== false,
    redirect_host: request.redirectUri === null ? null : receiverOf(request.redirectUri),
    // Also for a scheme that a program took for itself.
    loopback: request.redirectUri !== null && isLocalProgram(request.redirectUri),
    device,
  };
}

/** What was allowed to another description of an app does not count as allowed to this one (decision 16). */
function isOfDocument(
  grant: { documentHash: string | null },
  request: Pick<AuthorizationRequestTable, "documentHash">,
): boolean {
  return grant.documentHash === request.documentHash;
}

function organizationOnWire(organization: ConsentOrganization, request: AuthorizationRequestTable) {
  const selectable = administers(organization.role as Role);
  return {
    id: organization.id,
    slug: organization.slug,
    name: organization.name,
    role: organization.role,
    selectable,
    reason: selectable ? null : "not_admin",
    projects: selectable ? organization.projects : [],
    grant: organization.grant && {
      grant_id: organization.grant.grantId,
      projects: organization.grant.projects,
      scopes: isOfDocument(organization.grant, request) ? organization.grant.scopes : [],
    },
  };
}

/** Requested and already granted scopes, in the table's order. */
function scopesOnWire(app: App, request: AuthorizationRequestTable, organizations: ConsentOrganization[]) {
  const requested = new Set<string>(JSON.parse(request.scopes) as string[]);
  const granted = new Set<string>(
    organizations.flatMap(({ grant }) => (grant && isOfDocument(grant, request) ? grant.scopes : [])),
  );
  const offered = new Set(
    organizations.length > 0
      ? organizations.flatMap((organization) => offeredScopes(app, request, organization))
      : ALL_SCOPES.filter((scope) => requested.has(scope)),
  );
  return ALL_SCOPES.filter((scope) => offered.has(scope)).map((scope) => ({
    name: scope,
    sentence: SCOPES[scope].sentence,
    group: SCOPES[scope].group,
    default_on: SCOPES[scope].defaultOn,
    warning: SCOPES[scope].warning,
    requested: requested.has(scope),
    granted: granted.has(scope),
  }));
}

async function grantsOnWire(
  ctx: Context,
  request: AuthorizationRequestTable,
  organizations: ConsentOrganization[],
) {
  const approvals = await selectApprovals(ctx.db.read, request.id);
  return approvals.flatMap(({ grantId, scopes }) => {
    const organization = organizations.find((candidate) => candidate.grant?.grantId === grantId);
    if (!organization?.grant) return [];
    const { projects } = organization.grant;
    return {
      grant_id: grantId,
      organization_id: organization.id,
      organization_name: organization.name,
      organization_slug: organization.slug,
      projects:
        projects === "all"
          ? ("all" as const)
          : organization.projects
              .filter(({ id }) => projects.includes(id))
              .map(({ id, name }) => ({ id, name })),
      scopes: JSON.parse(scopes) as string[],
    };
  });
}
