import type { Role } from "@parlance/contract/roles";
import type { Reader } from "../context.ts";
import type { InvitationTable, OrganizationTable } from "../database/schema.ts";

export interface MembershipRow {
  id: string;
  slug: string;
  name: string;
  createdAt: number;
  role: Role;
}

export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  role: Role;
  createdAt: number;
}

/** Whether anything was ever published under the slug of an organization. */
export async function hasPublished(store: Reader, slug: string): Promise<boolean> {
  const row = await store
    .selectFrom("publishedSlugs")
    .select("projectSlug")
    .where("organizationSlug", "=", slug)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Answers false when an organization has the slug already. */
export async function insertOrganization(store: Reader, row: OrganizationTable): Promise<boolean> {
  const result = await store
    .insertInto("organizations")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function selectOrganization(store: Reader, id: string): Promise<OrganizationTable | undefined> {
  return store
    .selectFrom("organizations")
    .selectAll()
    .where("id", "=", id)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
}

export async function selectOrganizationBySlug(
  store: Reader,
  slug: string,
): Promise<OrganizationTable | undefined> {
  return store
    .selectFrom("organizations")
    .selectAll()
    .where("slug", "=", slug)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
}

export async function updateName(store: Reader, id: string, name: string): Promise<void> {
  await store.updateTable("organizations").set({ name }).where("id", "=", id).execute();
}

/** Answers false when it was deleted before. */
export async function setDeleted(store: Reader, id: string, now: number): Promise<boolean> {
  const result = await store
    .updateTable("organizations")
    .set({ deletedAt: now })
    .where("id", "=", id)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function memberships(store: Reader, userId: string) {
  return store
    .selectFrom("members")
    .innerJoin("organizations", "organizations.id", "members.organizationId")
    .select(["organizations.id", "organizations.slug", "organizations.name", "organizations.createdAt"])
    .select("members.role")
    .where("members.userId", "=", userId)
    .where("organizations.deletedAt", "is", null)
    .$narrowType<{ role: Role }>();
}

/** All memberships of a person by slug, which is unique among organizations that are not deleted. */
export async function selectMemberships(
  store: Reader,
  userId: string,
  page?: { after: string | undefined; limit: number },
): Promise<MembershipRow[]> {
  let query = memberships(store, userId).orderBy("organizations.slug");
  if (page?.after !== undefined) query = query.where("organizations.slug", ">", page.after);
  if (page) query = query.limit(page.limit);
  return query.execute();
}

/** `named` is an id or a slug; no slug has the underscore of an id. */
export async function selectMembership(
  store: Reader,
  userId: string,
  named: string,
): Promise<MembershipRow | undefined> {
  return memberships(store, userId)
    .where((eb) => eb.or([eb("organizations.id", "=", named), eb("organizations.slug", "=", named)]))
    .executeTakeFirst();
}

function members(store: Reader, organizationId: string) {
  return store
    .selectFrom("members")
    .innerJoin("users", "users.id", "members.userId")
    .select(["members.userId", "members.role", "members.createdAt", "users.name", "users.email"])
    .where("members.organizationId", "=", organizationId)
    .$narrowType<{ role: Role }>();
}

/** The members in the order in which they joined. */
export async function selectMembers(
  store: Reader,
  organizationId: string,
  page: { after: [number, string] | undefined; limit: number },
): Promise<MemberRow[]> {
  let query = members(store, organizationId).orderBy("members.createdAt").orderBy("members.userId");
  if (page.after) {
    const [createdAt, userId] = page.after;
    query = query.where((eb) =>
      eb.or([
        eb("members.createdAt", ">", createdAt),
        eb.and([eb("members.createdAt", "=", createdAt), eb("members.userId", ">", userId)]),
      ]),
    );
  }
  return query.limit(page.limit).execute();
}

export async function selectMember(
  store: Reader,
  organizationId: string,
  userId: string,
): Promise<MemberRow | undefined> {
  return members(store, organizationId).where("members.userId", "=", userId).executeTakeFirst();
}

export async function selectMemberByEmail(
  store: Reader,
  organizationId: string,
  email: string,
): Promise<MemberRow | undefined> {
  return members(store, organizationId).where("users.email", "=", email).executeTakeFirst();
}

/** None of an organization that was deleted. */
export async function selectOwnerAddresses(store: Reader, organizationId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("members")
    .innerJoin("organizations", "organizations.id", "members.organizationId")
    .innerJoin("users", "users.id", "members.userId")
    .select("users.email")
    .where("members.organizationId", "=", organizationId)
    .where("members.role", "=", "owner")
    .where("organizations.deletedAt", "is", null)
    .execute();
  return rows.map((row) => row.email);
}

export async function countOwners(store: Reader, organizationId: string): Promise<number> {
  const { owners } = await store
    .selectFrom("members")
    .select((eb) => eb.fn.countAll<number | string>().as("owners"))
    .where("organizationId", "=", organizationId)
    .where("role", "=", "owner")
    .executeTakeFirstOrThrow();
  return Number(owners);
}

/** Adds a member; an existing membership stays as it is. */
export async function insertMember(
  store: Reader,
  row: { organizationId: string; userId: string; role: Role; createdAt: number },
): Promise<void> {
  await store
    .insertInto("members")
    .values(row)
    .onConflict((conflict) => conflict.columns(["organizationId", "userId"]).doNothing())
    .execute();
}

export async function updateRole(
  store: Reader,
  organizationId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await store
    .updateTable("members")
    .set({ role })
    .where("organizationId", "=", organizationId)
    .where("userId", "=", userId)
    .execute();
}

export async function deleteMember(store: Reader, organizationId: string, userId: string): Promise<void> {
  await store
    .deleteFrom("members")
    .where("organizationId", "=", organizationId)
    .where("userId", "=", userId)
    .execute();
}

export type InvitationRow = InvitationTable & { role: Role; inviterName: string | null };

export async function insertInvitation(store: Reader, row: InvitationTable): Promise<void> {
  await store.insertInto("invitations").values(row).execute();
}

function invitations(store: Reader) {
  return store
    .selectFrom("invitations")
    .leftJoin("users", "users.id", "invitations.invitedBy")
    .selectAll("invitations")
    .select("users.name as inviterName")
    .$narrowType<{ role: Role }>();
}

export async function selectInvitationByHash(
  store: Reader,
  tokenHash: string,
): Promise<InvitationRow | undefined> {
  return invitations(store).where("tokenHash", "=", tokenHash).executeTakeFirst();
}

/** The invitations that can still be accepted, newest first. */
export async function selectWaitingInvitations(
  store: Reader,
  organizationId: string,
  now: number,
  page: { after: [number, string] | undefined; limit: number },
): Promise<InvitationRow[]> {
  let query = invitations(store)
    .where("invitations.organizationId", "=", organizationId)
    .where("invitations.acceptedAt", "is", null)
    .where("invitations.canceledAt", "is", null)
    .where("invitations.expiresAt", ">", now)
    .orderBy("invitations.createdAt", "desc")
    .orderBy("invitations.id", "desc");
  if (page.after) {
    const [createdAt, id] = page.after;
    query = query.where((eb) =>
      eb.or([
        eb("invitations.createdAt", "<", createdAt),
        eb.and([eb("invitations.createdAt", "=", createdAt), eb("invitations.id", "<", id)]),
      ]),
    );
  }
  return query.limit(page.limit).execute();
}

/** Deletes at most `budget` invitations that expired before `before`, however they ended; answers how many. */
export async function deleteOldInvitations(store: Reader, before: number, budget: number): Promise<number> {
  const old = store.selectFrom("invitations").select("id").where("expiresAt", "<", before).limit(budget);
  const { numDeletedRows } = await store.deleteFrom("invitations").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Cancels pending invitations: one by id, or all to one address. Answers false when none was pending. */
export async function setCanceled(
  store: Reader,
  organizationId: string,
  which: { id: string } | { email: string },
  now: number,
): Promise<boolean> {
  const [column, value] = "id" in which ? (["id", which.id] as const) : (["email", which.email] as const);
  const result = await store
    .updateTable("invitations")
    .set({ canceledAt: now })
    .where("organizationId", "=", organizationId)
    .where(column, "=", value)
    .where("acceptedAt", "is", null)
    .where("canceledAt", "is", null)
    .where("expiresAt", ">", now)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The one statement that accepts: true for exactly one caller. */
export async function setAccepted(store: Reader, id: string, now: number): Promise<boolean> {
  const result = await store
    .updateTable("invitations")
    .set({ acceptedAt: now })
    .where("id", "=", id)
    .where("acceptedAt", "is", null)
    .where("canceledAt", "is", null)
    .where("expiresAt", ">", now)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
