import type { Reader } from "../context.ts";
import type { GrantRow } from "./standing.ts";
import { selectGrants } from "./store.ts";

/** The grants with these ids, in the same order, with everything their life depends on. */
export async function findGrants(store: Reader, ids: readonly string[]): Promise<GrantRow[]> {
  const rows = new Map((await selectGrants(store, ids)).map((row) => [row.grantId, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}
