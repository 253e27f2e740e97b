import { RESERVED_SLUGS } from "@parlance/contract/reserved";
import type { Database, Reader, Transaction } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import type { OrganizationListeners } from "./listeners.ts";
import { lockMembers, requireRole } from "./roles.ts";
import { slugsFor } from "./slug.ts";
import {
  hasPublished,
  insertMember,
  insertOrganization,
  type MembershipRow,
  selectMembership,
  selectOrganization,
  selectOrganizationBySlug,
  setDeleted,
  updateName,
} from "./store.ts";

export type { MembershipRow as Membership } from "./store.ts";

/**
 * Creates an organization with its first owner. Without a slug one is made from the name. Throws `invalid_request` for a
 * reserved slug and `conflict` for a taken one: that of an organization that lives, or that ever published, because
 * deployed apps go on reading its addresses.
 */
export async function createOrganization(
  store: Reader,
  { name, slug, ownerId }: { name: string; slug?: string | undefined; ownerId: string },
  now: number,
): Promise<MembershipRow> {
  if (slug !== undefined && RESERVED_SLUGS.has(slug))
    throw slugError("invalid_request", "This slug is reserved.");
  const row = { id: newId("org"), name, createdAt: now };
  for (const candidate of slug === undefined ? slugsFor(name) : [slug]) {
    if (await hasPublished(store, candidate)) continue;
    if (!(await insertOrganization(store, { ...row, slug: candidate, deletedAt: null }))) continue;
    await insertMember(store, { organizationId: row.id, userId: ownerId, role: "owner", createdAt: now });
    return { ...row, slug: candidate, role: "owner" };
  }
  throw slugError("conflict", "Another organization has this slug, or had it.");
}

/** Renames an organization and calls the listeners; the slug stays, because published addresses contain it. */
export async function renameOrganization(
  db: Database,
  tx: Transaction,
  listeners: OrganizationListeners,
  { organizationId, actorId, name }: { organizationId: string; actorId: string; name: string },
  now: number,
): Promise<MembershipRow> {
  await lockMembers(db, tx, organizationId);
  await requireRole(tx, organizationId, actorId, "admin");
  const before = await selectOrganization(tx, organizationId);
  await updateName(tx, organizationId, name);
  if (before?.name !== name) await listeners.organizationRenamed(tx, { organizationId }, now);
  return (await selectMembership(tx, actorId, organizationId)) as MembershipRow;
}

/** Marks an organization deleted and calls the listeners; its row stays for the audit, and its slug where it published. */
export async function deleteOrganization(
  db: Database,
  tx: Transaction,
  listeners: OrganizationListeners,
  organizationId: string,
  actorId: string,
  now: number,
): Promise<void> {
  await lockMembers(db, tx, organizationId);
  await requireRole(tx, organizationId, actorId, "owner");
  if (!(await setDeleted(tx, organizationId, now))) throw new ApiError("not_found");
  await listeners.organizationDeleted(tx, { organizationId, by: actorId }, now);
}

/** The organization with this slug; undefined when it does not exist or was deleted. */
export const findOrganizationBySlug = selectOrganizationBySlug;

function slugError(code: "invalid_request" | "conflict", sentence: string): ApiError {
  return new ApiError(code, sentence, {
    errors: [{ pointer: "/slug", code: code === "conflict" ? "taken" : "reserved" }],
  });
}
