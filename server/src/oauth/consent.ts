import { administers, ROLES, type Role } from "@parlance/contract/roles";
import { intersect, isScope, type Scope } from "@parlance/contract/scopes";
import { z } from "zod";
import { type App, findApp, keepApp } from "../apps/apps.ts";
import { recordAudit } from "../audit/record.ts";
import type { Context, Transaction } from "../context.ts";
import { personActor } from "../database/actor.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { approve, type Pick } from "../installations/approve.ts";
import { lockMembers } from "../organizations/roles.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { errorUrl } from "./authorize.ts";
import { nextStep } from "./next-step.ts";
import { openRequest, type Visitor } from "./pending-request.ts";
import { refuseChanged } from "./same-document.ts";
import { type ConsentOrganization, selectConsentOrganizations } from "./store-consent.ts";
import { insertApprovals, setDecision } from "./store-requests.ts";

const decisionBody = z.union([
  z.strictObject({ approve: z.literal(false) }),
  z.strictObject({
    approve: z.literal(true),
    organizations: z
      .array(
        z.strictObject({
          organization_id: z.string().max(100),
          projects: z.union([z.literal("all"), z.array(z.uuid()).min(1).max(1000)]),
        }),
      )
      .min(1)
      .max(100),
    scopes: z.array(z.string().max(60)).min(1).max(100),
  }),
]);

/**
 * Records what the person decided: one grant per picked organization, in one transaction (spec/oauth §2).
 *
 * Throws `invalid_request` (nothing picked, or a scope or project that was not offered), `wrong_organization` (one that
 * the person does not administer), `already_decided`, `request_expired`, `app_disabled`.
 */
export async function decide(
  ctx: Context,
  id: string,
  visitor: Visitor,
  body: unknown,
): Promise<"approved" | "denied"> {
  const now = ctx.clock.now();
  const request = await openRequest(ctx, id, visitor);
  if (request.decidedAt !== null) throw new ApiError("already_decided");
  await refuseChanged(ctx.db.read, request);
  const step = nextStep(request, visitor.session, now);
  if (step === "expired") throw new ApiError("request_expired");
  if (!visitor.session) throw new ApiError("sign_in_required");
  const parsed = decisionBody.safeParse(body);
  if (!parsed.success) {
    throw new ApiError(
      "invalid_request",
      "Pick at least one organization, with all or some of its projects, and one permission.",
    );
  }
  const decision = parsed.data;
  // Cancelling does not need a verified address.
  if (decision.approve && step === "verify_email") throw new ApiError("email_not_verified");
  const userId = visitor.session.userId;
  const expiresAt = after(now, ctx.config.AUTHORIZATION_REQUEST_SECONDS);
  await ctx.db.write(async (tx) => {
    const status = decision.approve ? "approved" : "denied";
    if (!(await setDecision(tx, id, status, { userId, now, expiresAt })))
      throw new ApiError("already_decided");
    if (decision.approve) await recordApproval(ctx, tx, request, userId, decision, now);
    else await recordDenial(tx, request, userId, now);
  });
  return decision.approve ? "approved" : "denied";
}

/** The address that a cancelled request returns to. */
export function deniedUrl(ctx: Context, { redirectUri, state }: Returning): string {
  return errorUrl(ctx, redirectUri, "access_denied", "The user cancelled.", state);
}

/** A request whose answer is a redirect. */
export interface Returning {
  redirectUri: string;
  state: string | null;
}

type Approval = Extract<z.output<typeof decisionBody>, { approve: true }>;

async function recordApproval(
  ctx: Context,
  tx: Transaction,
  request: AuthorizationRequestTable,
  userId: string,
  approval: Approval,
  now: number,
): Promise<void> {
  const app = await findApp(tx, request.appId, now);
  // What no device could fetch any more is not granted either.
  const isFetched = request.redirectUri !== null || app?.deviceFlow;
  if (!app?.enabled || !isFetched) throw new ApiError("app_disabled");
  await refuseChanged(tx, request);
  // A removal or demotion at the same moment waits, or we wait for it; sorted, so that two approvals cannot deadlock.
  const pickedIds = approval.organizations.map((picked) => picked.organization_id);
  for (const organizationId of pickedIds.toSorted()) await lockMembers(ctx.db, tx, organizationId);
  const organizations = await selectConsentOrganizations(tx, userId, app.id);
  const picks = checkPicks(app, request, organizations, approval);
  const { documentHash } = request;
  const grantIds = await approve(ctx.db, tx, { appId: app.id, userId, documentHash, picks, now });
  await insertApprovals(
    tx,
    grantIds.map((grantId, position) => ({
      requestId: request.id,
      grantId,
      scopes: JSON.stringify(picks[position]?.scopes),
      position,
    })),
  );
  await keepApp(tx, app.id);
}

function checkPicks(
  app: App,
  request: AuthorizationRequestTable,
  organizations: ConsentOrganization[],
  approval: Approval,
): Pick[] {
  const picked = approval.organizations.map(({ organization_id }) => organization_id);
  if (new Set(picked).size < picked.length)
    throw new ApiError("invalid_request", "An organization is picked twice.");
  const known = new Map(organizations.map((organization) => [organization.id, organization]));
  const chosen = [...new Set(approval.scopes)];
  const picks = approval.organizations.map(({ organization_id, projects }): Pick => {
    const organization = known.get(organization_id);
    if (!organization || !administers(organization.role as Role)) {
      throw new ApiError("wrong_organization", "You can only connect organizations that you administer.");
    }
    const offered = offeredScopes(app, request, organization);
    const scopes = intersect(chosen.filter(isScope), offered, ROLES[organization.role as Role].scopes);
    if (scopes.length === 0) throw new ApiError("invalid_request", "Leave at least one permission on.");
    return { organization, scopes, projects: checkProjects(organization, projects) };
  });
  const offeredAnywhere = new Set<string>(
    picked.flatMap((id) => offeredScopes(app, request, known.get(id) as ConsentOrganization)),
  );
  const foreign = chosen.find((scope) => !offeredAnywhere.has(scope));
  if (foreign !== undefined)
    throw new ApiError("invalid_request", `The permission ${foreign} was not offered.`);
  return picks;
}

/** What was requested and what this organization granted before, never beyond the app's ceiling. */
export function offeredScopes(
  app: App,
  request: AuthorizationRequestTable,
  organization: ConsentOrganization,
): Scope[] {
  const requested = JSON.parse(request.scopes) as Scope[];
  return intersect([...requested, ...(organization.grant?.scopes ?? [])], app.scopes);
}

/** Deleted projects of the grant stay in the list, so a limited grant never becomes one over everything. */
function checkProjects(organization: ConsentOrganization, projects: "all" | string[]): Pick["projects"] {
  if (projects === "all") return "all";
  const ids = new Set(organization.projects.map((project) => project.id));
  const foreign = projects.find((id) => !ids.has(id));
  if (foreign)
    throw new ApiError("invalid_request", `There is no project ${foreign} in ${organization.name}.`);
  const before = organization.grant?.projects ?? "all";
  const deleted = before === "all" ? [] : before.filter((id) => !ids.has(id));
  return [...new Set([...projects, ...deleted])];
}

async function recordDenial(
  tx: Transaction,
  request: AuthorizationRequestTable,
  userId: string,
  now: number,
): Promise<void> {
  await recordAudit(tx, {
    at: now,
    action: "authorization.denied",
    actor: personActor(userId),
    appId: request.appId,
    target: request.id,
  });
}
