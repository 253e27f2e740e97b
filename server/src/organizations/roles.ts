import { hasRole, ROLES, type Role } from "@parlance/contract/roles";
import type { Database, Reach, Reader, Transaction } from "../context.ts";
import { membersLock } from "../database/locks.ts";
import { ApiError } from "../platform/api-error.ts";
import { selectMember, selectMembership } from "./store.ts";

/** Every id and slug; a path may hold anything, also what Postgres refuses to read. */
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

/** Lets one transaction at a time decide about the members of an organization. */
export async function lockMembers(db: Database, tx: Transaction, organizationId: string): Promise<void> {
  await db.lock(tx, membersLock(organizationId));
}

/** Reads the role inside the transaction: the one of the caller's reach may have been taken away meanwhile. */
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

/** Admins manage admins and members; whatever makes, unmakes or invites an owner takes an owner. */
export function mayManage(actor: Role, ...roles: Role[]): boolean {
  return hasRole(actor, "admin") && (actor === "owner" || !roles.includes("owner"));
}
