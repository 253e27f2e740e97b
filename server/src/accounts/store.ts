import type { Database, Reader, Transaction } from "../context.ts";

export async function selectSessions(store: Reader, userId: string) {
  const rows = await store
    .selectFrom("sessions")
    .select(["id", "createdAt", "expiresAt", "ipAddress", "userAgent"])
    .where("userId", "=", userId)
    .execute();
  return rows.map((row) => ({
    ...row,
    createdAt: instantOf(row.createdAt),
    expiresAt: instantOf(row.expiresAt),
  }));
}

/** Deletes a session; answers whether this person had it. */
export async function deleteSession(store: Reader, userId: string, sessionId: string): Promise<boolean> {
  const result = await store
    .deleteFrom("sessions")
    .where("id", "=", sessionId)
    .where("userId", "=", userId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Deletes a person, whose sessions and passwords go too (on delete cascade). */
export async function deleteUserRow(tx: Transaction, userId: string): Promise<boolean> {
  const result = await tx.deleteFrom("users").where("id", "=", userId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Deletes at most `budget` rows that expired before `now`; answers how many. */
export async function deleteExpired(
  store: Reader,
  table: "sessions" | "verifications",
  { now, engine, budget }: { now: number; engine: Database["engine"]; budget: number },
): Promise<number> {
  const before = engine === "sqlite" ? new Date(now).toISOString() : new Date(now);
  const expired = store.selectFrom(table).select("id").where("expiresAt", "<", before).limit(budget);
  const { numDeletedRows } = await store.deleteFrom(table).where("id", "in", expired).executeTakeFirst();
  return Number(numDeletedRows);
}

/** The library writes ISO text on SQLite and timestamps on Postgres. */
function instantOf(value: unknown): number {
  return new Date(value as string | Date).getTime();
}
