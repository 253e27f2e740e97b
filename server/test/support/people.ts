import type { Caller, Reach } from "../../src/context.ts";
import type { Database } from "../../src/database/open.ts";
import { addMember } from "../../src/organizations/members.ts";
import { createOrganization } from "../../src/organizations/organizations.ts";
import { reachOf } from "../../src/organizations/roles.ts";
import { ApiError } from "../../src/platform/api-error.ts";
import { newId } from "../../src/platform/crypto.ts";

export type Session = Extract<Caller, { kind: "session" }>;

/** Somebody who is signed in, without a password: for tests below HTTP, where hashing one only costs time. */
export async function addPerson(
  db: Database,
  { name = "Ada", email = `${newId("p")}@example.com`, verified = true } = {},
): Promise<Session> {
  const at = new Date().toISOString();
  const id = newId("usr");
  await db.write((tx) =>
    tx
      .insertInto("users")
      .values({
        id,
        name,
        email: email.toLowerCase(),
        emailVerified: verified,
        image: null,
        createdAt: at,
        updatedAt: at,
      })
      .execute(),
  );
  return {
    kind: "session",
    sessionId: newId("ses"),
    userId: id,
    name,
    email: email.toLowerCase(),
    emailVerified: verified,
  };
}

/** An organization with the given people in their roles; the first key is its owner's. */
export async function addOrganization(
  db: Database,
  name: string,
  owner: Session,
  others: { admins?: Session[]; members?: Session[]; owners?: Session[] } = {},
): Promise<{ id: string; slug: string; name: string }> {
  return db.write(async (tx) => {
    const now = Date.now();
    const { id, slug } = await createOrganization(tx, { name, ownerId: owner.userId }, now);
    const roles = { owner: others.owners, admin: others.admins, member: others.members } as const;
    for (const [role, people = []] of Object.entries(roles) as [
      keyof typeof roles,
      Session[] | undefined,
    ][]) {
      for (const { userId } of people) await addMember(tx, { organizationId: id, userId, role }, now);
    }
    return { id, slug, name };
  });
}

/** What access resolves from a path that names the organization. Throws when the person does not belong to it, as access does. */
export async function placeOf(
  db: Database,
  person: Session,
  organizationId: string,
): Promise<{ reach: Reach }> {
  const reach = await reachOf(db.read, person.userId, organizationId);
  if (!reach) throw new ApiError("not_found");
  return { reach };
}
