import type { Reach, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { demoted, reachOf, scopesNow, standingOf } from "./standing.ts";
import { selectGrants, selectProjectIds } from "./store.ts";

/**
 * What a grant allows at this moment, for work that continues after the request that began it. Throws `grant_revoked`, or
 * `wrong_organization` when the granting user is no longer owner or admin.
 */
export async function reachOfGrant(store: Reader, grantId: string): Promise<Reach> {
  const [row] = await selectGrants(store, [grantId]);
  const standing = row ? standingOf(row) : "revoked";
  if (!row || standing === "revoked") throw new ApiError("grant_revoked");
  if (standing === "demoted") throw demoted();
  const projects = row.projectAccess === "all" ? "all" : await selectProjectIds(store, grantId);
  return reachOf(row, scopesNow(row), projects);
}
