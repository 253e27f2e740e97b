import type { Reader } from "../context.ts";

export async function selectPerson(store: Reader, userId: string) {
  const row = await store
    .selectFrom("users")
    .select(["id", "name", "email", "emailVerified"])
    .where("id", "=", userId)
    .executeTakeFirst();
  return row && { id: row.id, name: row.name, email: row.email, email_verified: Boolean(row.emailVerified) };
}
