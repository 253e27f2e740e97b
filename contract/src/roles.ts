import { ALL_SCOPES, MEMBER_SCOPES, type Scope } from "./scopes.ts";

/** Which role may do more. Apart from the rest, because most pages need only this and would load every scope with it. */
const RANKS = { owner: 3, admin: 2, member: 1 } as const;

export const ROLE_SENTENCES = {
  owner: "Everything, including ownership and deletion",
  admin: "Everything except ownership and deleting the organization",
  member: "Works on keys and translations",
} as const satisfies Record<keyof typeof RANKS, string>;

/** A role in an organization is a set of scopes plus what may be managed (spec/oauth §5, "Roles"). */
export const ROLES = {
  owner: { sentence: ROLE_SENTENCES.owner, scopes: ALL_SCOPES },
  admin: { sentence: ROLE_SENTENCES.admin, scopes: ALL_SCOPES },
  member: { sentence: ROLE_SENTENCES.member, scopes: MEMBER_SCOPES },
} as const satisfies Record<keyof typeof RANKS, { sentence: string; scopes: readonly Scope[] }>;

export type Role = keyof typeof RANKS;
export const ROLE_NAMES = Object.keys(RANKS) as [Role, ...Role[]];

/** Owners and admins let apps in; nobody else does. */
export function administers(role: Role): boolean {
  return RANKS[role] >= RANKS.admin;
}

export function hasRole(role: Role, required: Role): boolean {
  return RANKS[role] >= RANKS[required];
}
