import { hasRole, ROLES, type Role } from "@parlance/contract/roles";
import type { Database, Reach, Reader, Transaction } from "../context.ts";
import { membersLock } from "../database/locks.ts";
import { ApiError } from "../platform/api-error.ts";
import { selectMember, selectMembership } from "./store.ts";

/** Matches every id and slug; a path may hold anything, even text that Postgres refuses to read. */
const NAMED = /^[\w-]{1,80}$/;

/** What a signed-in person may do in an organization, named by id or slug; null when they do not belong to it. */
export async function reachOf(store: Reader, userId: string, named: string): Promise<Reach | null> {
  const found = NAMED.test(named) ? await selectMembership(store, userId, named) : undefined;
  if (!found) return null;
  const { id, slug, name, role } = found;
  return { organization: { id, slug, name }, role, scopes: ROLES[role].scopes, projects: "all" };
}

/** The role of a person in an organization at this moment; null for strangers. */
export async function roleOf(store: Reader, organizationId: string, userId: string): Promise<Role | null> {
  return (await selectMember(store, organizationId, userId))?.role ?? null;
}

/** Locks the members of an organization, so that one transaction at a time decides about them. */
export async function lockMembers(db: Database, tx: Transaction, organizationId: string): Promise<void> {
  await db.lock(tx, membersLock(organizationId));
}

/** Throws `forbidden` without the role, read in this transaction: the caller may have lost it since it was identified. */
export async function requireRole(
  store: Reader,
  organizationId: string,
  userId: string,
  required: Role,
): Promise<Role> {
  const role = await roleOf(store, organizationId, userId);
  if (!role || !hasRole(role, required)) throw new ApiError("forbidden");
  return role;
}

/** Admins manage admins and members; only an owner makes, unmakes or invites an owner. */
export function mayManage(actor: Role, ...roles: Role[]): boolean {
  return hasRole(actor, "admin") && (actor === "owner" || !roles.includes("owner"));
}
