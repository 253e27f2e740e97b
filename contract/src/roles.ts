import { ALL_SCOPES, MEMBER_SCOPES, type Scope } from "./scopes.ts";

/** A role in an organization is a set of scopes plus what may be managed (spec/oauth §5, "Roles"). */
export const ROLES = {
  owner: { sentence: "Everything, including ownership and deletion", scopes: ALL_SCOPES, rank: 3 },
  admin: {
    sentence: "Everything except ownership and deleting the organization",
    scopes: ALL_SCOPES,
    rank: 2,
  },
  member: { sentence: "Works on keys and translations", scopes: MEMBER_SCOPES, rank: 1 },
} as const satisfies Record<string, { sentence: string; scopes: readonly Scope[]; rank: number }>;

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as [Role, ...Role[]];

/** Owners and admins let apps in; nobody else does. */
export function administers(role: Role): boolean {
  return ROLES[role].rank >= ROLES.admin.rank;
}

export function hasRole(role: Role, required: Role): boolean {
  return ROLES[role].rank >= ROLES[required].rank;
}
