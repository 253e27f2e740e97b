import { type Session, session } from "../../src/accounts/session.ts";
import type { Caller, Reach } from "../../src/context.ts";
import type { Database } from "../../src/database/open.ts";
import { memberCaller } from "../../src/organizations/member-caller.ts";
import { addMember } from "../../src/organizations/members.ts";
import { createOrganization } from "../../src/organizations/organizations.ts";
import { reachOf } from "../../src/organizations/roles.ts";
import { ApiError } from "../../src/platform/api-error.ts";
import { newId } from "../../src/platform/crypto.ts";

/** A signed-in person, as a caller and with the facts of their session. */
export type Person = Caller & Omit<Session, "kind" | "opens">;

/** Adds a signed-in person without a password: for tests below HTTP, where hashing one only costs time. */
export async function addPerson(
  db: Database,
  { name = "Ada", email = `${newId("p")}@example.com`, verified = true } = {},
): Promise<Person> {
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
  return personOf({
    sessionId: newId("ses"),
    userId: id,
    name,
    email: email.toLowerCase(),
    emailVerified: verified,
  });
}

export function personOf(facts: Omit<Session, "kind" | "opens">): Person {
  return { ...facts, ...memberCaller(session(facts)) };
}

/** Adds an organization of this owner, with other people in their roles. */
export async function addOrganization(
  db: Database,
  name: string,
  owner: Person,
  others: { admins?: Person[]; members?: Person[]; owners?: Person[] } = {},
): Promise<{ id: string; slug: string; name: string }> {
  return db.write(async (tx) => {
    const now = Date.now();
    const { id, slug } = await createOrganization(tx, { name, ownerId: owner.userId }, now);
    const roles = { owner: others.owners, admin: others.admins, member: others.members } as const;
    for (const [role, people = []] of Object.entries(roles) as [keyof typeof roles, Person[] | undefined][]) {
      for (const { userId } of people) await addMember(tx, { organizationId: id, userId, role }, now);
    }
    return { id, slug, name };
  });
}

/** What access resolves from a path that names the organization. Throws for a stranger, as access does. */
export async function placedIn(
  db: Database,
  person: Person,
  organizationId: string,
): Promise<{ reach: Reach }> {
  const reach = await reachOf(db.read, person.userId, organizationId);
  if (!reach) throw new ApiError("not_found");
  return { reach };
}
