import { ROLES, type Role } from "@parlance/contract/roles";
import { intersect, type Scope } from "@parlance/contract/scopes";
import type { Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/** A secret key with everything its life depends on, as one look-up reads it. */
export interface KeyRow {
  id: string;
  organizationId: string;
  /** Null means all that the role of its creator holds. */
  scopes: string | null;
  projectAccess: "all" | "chosen";
  createdBy: string;
  expiresAt: number | null;
  revokedAt: number | null;
  organizationSlug: string;
  organizationName: string;
  organizationDeletedAt: number | null;
  /** Of its creator; null when they left the organization or are gone. */
  role: string | null;
}

/** A key that is live, at the moment it was looked at. */
export type LiveKey = KeyRow & { role: Role };

/**
 * Throws `invalid_token` for a key that is over. A missing creator or organization counts as revoked, so that a missed
 * announcement leaves nothing alive. Whoever reads the sentence has shown the key, so it may say why.
 */
export function needLive(row: KeyRow | undefined, now: number): asserts row is LiveKey {
  if (!row) throw new ApiError("invalid_token");
  if (row.revokedAt !== null || row.organizationDeletedAt !== null || row.role === null) {
    throw new ApiError("invalid_token", "This key was revoked.");
  }
  if (row.expiresAt !== null && row.expiresAt <= now) {
    throw new ApiError("invalid_token", "This key has expired. Make another one.");
  }
}

/**
 * What a live key may do now: its own scopes ∩ the role of its creator.
 *
 * @param chosen the projects of a key that is limited to some
 */
export function reachNow(row: LiveKey, chosen: readonly string[]): Reach {
  const { scopes } = ROLES[row.role];
  return {
    organization: { id: row.organizationId, slug: row.organizationSlug, name: row.organizationName },
    role: row.role,
    scopes: row.scopes === null ? scopes : intersect(scopes, JSON.parse(row.scopes) as Scope[]),
    projects: row.projectAccess === "all" ? "all" : chosen,
  };
}
