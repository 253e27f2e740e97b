import type { Context, Reader } from "../context.ts";
import { after } from "../platform/clock.ts";
import { deleteEntries, selectActions } from "./store.ts";

/**
 * What apps do all day without a person deciding anything: by far the most entries, and of little use later. They stay
 * for `AUDIT_ROUTINE_SECONDS`, entries of every other action for `AUDIT_SECONDS`.
 */
const ROUTINE: ReadonlySet<string> = new Set(["installations.mint", "token.refreshed", "token.late"]);

/** Deletes at most `budget` entries past their retention; answers how many. */
export async function sweepAudit(
  store: Reader,
  now: number,
  budget: number,
  { config }: Pick<Context, "config">,
): Promise<number> {
  let deleted = 0;
  for (const action of await selectActions(store)) {
    const lifeSeconds = ROUTINE.has(action) ? config.AUDIT_ROUTINE_SECONDS : config.AUDIT_SECONDS;
    deleted += await deleteEntries(store, action, after(now, -lifeSeconds), budget - deleted);
    if (deleted >= budget) break;
  }
  return deleted;
}
