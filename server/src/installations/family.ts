import { inOrder, type Scope } from "@parlance/contract/scopes";
import type { Reach, Reader } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { demoted, type GrantRow, type Standing, scopesNow, standingOf } from "./standing.ts";
import { type FamilyGrantRow, selectFamilyGrants, selectProjectIds } from "./store.ts";

/** One grant as a family of tokens sees it at this moment. */
export interface FamilyGrant {
  row: GrantRow;
  standing: Standing;
  /** Family cap ∩ grant ∩ role, at this moment. */
  scopes: readonly Scope[];
  projects: Reach["projects"];
  /** The family's cap. */
  approved: readonly Scope[];
}

/** Every grant of the family in the order of its approval, revoked ones included. */
export async function grantsOfFamily(store: Reader, familyId: string): Promise<FamilyGrant[]> {
  const rows = await selectFamilyGrants(store, familyId);
  return Promise.all(rows.map((row) => toFamilyGrant(store, row)));
}

export function liveGrants(grants: readonly FamilyGrant[]): FamilyGrant[] {
  return grants.filter((grant) => grant.standing === "live");
}

/**
 * The live grants. Throws `wrong_organization` without any: a person who no longer administers one of the organizations
 * is not shown to the app.
 */
export function needLiveGrants(grants: readonly FamilyGrant[]): FamilyGrant[] {
  const live = liveGrants(grants);
  if (live.length > 0) return live;
  throw demoted();
}

/** The union of what the grants allow, in the table's order. */
export function unionOfScopes(grants: readonly FamilyGrant[]): Scope[] {
  return inOrder(grants.flatMap((grant) => grant.scopes));
}

/** The union of what was approved when the family began, whatever became of it. */
export function unionOfCaps(grants: readonly FamilyGrant[]): Scope[] {
  return inOrder(grants.flatMap((grant) => grant.approved));
}

/** A grant as `/me` and `GET /installations/:grantId` answer it: no more than this caller may do. */
export function grantOnWire(grant: Pick<FamilyGrant, "row" | "scopes" | "projects">) {
  return {
    grant_id: grant.row.grantId,
    organization_id: grant.row.organizationId,
    organization_slug: grant.row.organizationSlug,
    organization_name: grant.row.organizationName,
    scopes: [...grant.scopes],
    project_ids: grant.projects === "all" ? [] : [...grant.projects],
    created_at: iso(grant.row.grantCreatedAt),
  };
}

async function toFamilyGrant(store: Reader, row: FamilyGrantRow): Promise<FamilyGrant> {
  return {
    row,
    standing: standingOf(row),
    scopes: scopesNow(row, [row.capScopes]),
    approved: JSON.parse(row.capScopes) as Scope[],
    projects: row.projectAccess === "all" ? "all" : await selectProjectIds(store, row.grantId),
  };
}
