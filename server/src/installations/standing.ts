import { administers, ROLES, type Role } from "@parlance/contract/roles";
import { intersect, type Scope } from "@parlance/contract/scopes";
import type { Reach } from "../context.ts";
import type { AppTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { memoize } from "../platform/memoize.ts";

/** A grant with everything its life depends on, as one look-up reads it. */
export interface GrantRow {
  grantId: string;
  appId: string;
  userId: string;
  organizationId: string;
  grantScopes: string;
  /** The widest that the app may hold, whatever was granted. */
  ceiling: string;
  appOrigin: AppTable["origin"];
  projectAccess: "all" | "chosen";
  grantCreatedAt: number;
  revokedAt: number | null;
  organizationSlug: string;
  organizationName: string;
  organizationDeletedAt: number | null;
  appDisabledAt: number | null;
  appDeletedAt: number | null;
  /** Null when the person left the organization or is gone. */
  role: string | null;
}

/**
 * - `live`: works
 * - `demoted`: the granting user is no longer owner or admin; works again when the role returns
 * - `revoked`: over for good. A missing member, user, app or organization counts as this, so that a missed announcement
 *   leaves nothing alive
 */
export type Standing = "live" | "demoted" | "revoked";

export function standingOf(row: GrantRow): Standing {
  if (row.revokedAt !== null) return "revoked";
  if (row.appDisabledAt !== null || row.appDeletedAt !== null || row.organizationDeletedAt !== null)
    return "revoked";
  if (row.role === null) return "revoked";
  return administers(row.role as Role) ? "live" : "demoted";
}

/** The refusal for a grant whose user lost the role. */
export function demoted(): ApiError {
  return new ApiError(
    "wrong_organization",
    "The user who connected this app no longer administers the organization.",
  );
}

/**
 * What the grant, the role and the app's ceiling hold at this moment, in the table's order.
 *
 * @param narrowings what else has to hold a scope, such as a family's cap: columns, each a JSON list
 */
export function scopesNow(row: GrantRow, narrowings: readonly string[] = []): readonly Scope[] {
  if (standingOf(row) !== "live") return [];
  return intersectTexts([row.role, row.ceiling, row.grantScopes, ...narrowings].join("|"));
}

/** The columns of a grant and its tokens are the same at every call; only whether they still count is not. */
const intersectTexts = memoize((text): readonly Scope[] => {
  const [role, ...columns] = text.split("|") as [Role, ...string[]];
  const lists = columns.map((column) => JSON.parse(column) as Scope[]);
  return Object.freeze(intersect(ROLES[role].scopes, ...lists));
});

export function reachOf(row: GrantRow, scopes: readonly Scope[], projects: Reach["projects"]): Reach {
  return {
    organization: { id: row.organizationId, slug: row.organizationSlug, name: row.organizationName },
    role: (row.role ?? "member") as Role,
    scopes,
    projects,
  };
}
