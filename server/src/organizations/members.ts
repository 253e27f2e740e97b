import type { Role } from "@parlance/contract/roles";
import type { Database, Reader, Transaction } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { OrganizationListeners } from "./listeners.ts";
import { lockMembers, mayManage, roleOf } from "./roles.ts";
import {
  countOwners,
  deleteMember,
  insertMember,
  type MemberRow,
  selectMember,
  selectMemberships,
  updateRole,
} from "./store.ts";

interface Deed {
  organizationId: string;
  /** The member it is done to. */
  userId: string;
  actorId: string;
}

/** Adds a person, for the sample and tests; people join by invitation. */
export async function addMember(
  store: Reader,
  { organizationId, userId, role }: { organizationId: string; userId: string; role: Role },
  now: number,
): Promise<void> {
  await insertMember(store, { organizationId, userId, role, createdAt: now });
}

/** Gives a member another role. Throws `forbidden`, `not_found`, and `conflict` when no owner would be left. */
export async function changeRole(db: Database, tx: Transaction, deed: Deed, role: Role): Promise<MemberRow> {
  const { organizationId, userId, actorId } = deed;
  await lockMembers(db, tx, organizationId);
  const actor = await roleOf(tx, organizationId, actorId);
  if (!actor || !mayManage(actor)) throw new ApiError("forbidden");
  const member = await findMember(tx, organizationId, userId);
  if (!mayManage(actor, member.role, role)) throw onlyOwners();
  if (member.role === "owner" && role !== "owner") await requireAnotherOwner(tx, organizationId);
  await updateRole(tx, organizationId, userId, role);
  return { ...member, role };
}

/** Removes a member, or lets one leave. Throws as `changeRole` does. */
export async function removeMember(
  db: Database,
  tx: Transaction,
  listeners: OrganizationListeners,
  deed: Deed,
  now: number,
): Promise<void> {
  const { organizationId, userId, actorId } = deed;
  await lockMembers(db, tx, organizationId);
  const actor = await roleOf(tx, organizationId, actorId);
  if (!actor || (actorId !== userId && !mayManage(actor))) throw new ApiError("forbidden");
  const member = await findMember(tx, organizationId, userId);
  if (actorId !== userId && !mayManage(actor, member.role)) throw onlyOwners();
  await remove(tx, listeners, { organizationId, userId, by: actorId, role: member.role }, now);
}

/** A deleted person leaves every organization. Throws `conflict` while they are the last owner of one. */
export async function leaveEverywhere(
  db: Database,
  tx: Transaction,
  listeners: OrganizationListeners,
  userId: string,
  now: number,
): Promise<void> {
  for (const { id: organizationId } of await selectMemberships(tx, userId)) {
    await lockMembers(db, tx, organizationId);
    const role = await roleOf(tx, organizationId, userId);
    if (role) await remove(tx, listeners, { organizationId, userId, by: userId, role }, now);
  }
}

async function remove(
  tx: Transaction,
  listeners: OrganizationListeners,
  { role, ...facts }: { organizationId: string; userId: string; by: string; role: Role },
  now: number,
): Promise<void> {
  if (role === "owner") await requireAnotherOwner(tx, facts.organizationId);
  await deleteMember(tx, facts.organizationId, facts.userId);
  await listeners.memberRemoved(tx, facts, now);
}

async function findMember(store: Reader, organizationId: string, userId: string): Promise<MemberRow> {
  const member = await selectMember(store, organizationId, userId);
  if (!member) throw new ApiError("not_found", "There is no such member.");
  return member;
}

async function requireAnotherOwner(store: Reader, organizationId: string): Promise<void> {
  if ((await countOwners(store, organizationId)) < 2) {
    throw new ApiError("conflict", "An organization needs an owner: make somebody else one first.");
  }
}

function onlyOwners(): ApiError {
  return new ApiError("forbidden", "Only owners make, change or remove owners.");
}
