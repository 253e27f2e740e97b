import type { Context, Reader } from "../context.ts";
import { deleteExpired } from "./store.ts";

/** Deletes at most `budget` expired sessions; answers how many. */
export function sweepSessions(
  store: Reader,
  now: number,
  budget: number,
  { db }: Pick<Context, "db">,
): Promise<number> {
  return deleteExpired(store, "sessions", { now, budget, engine: db.engine });
}

/** Deletes at most `budget` expired links of mails (verification, new password); answers how many. */
export function sweepVerifications(
  store: Reader,
  now: number,
  budget: number,
  { db }: Pick<Context, "db">,
): Promise<number> {
  return deleteExpired(store, "verifications", { now, budget, engine: db.engine });
}
