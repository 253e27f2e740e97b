import type { Access } from "@parlance/contract/operation";
import { hasRole } from "@parlance/contract/roles";
import type { Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { needScope } from "../projects/need-scope.ts";

/**
 * Throws `missing_scope` or `forbidden` when a reach does not hold what is declared. Asked as soon as the reach is known:
 * scope comes before place (spec/oauth, "Errors"), but a person's follows from the organization that the call names.
 */
export function checkReach(access: Access, reach: Reach | null): void {
  if (!reach) return;
  if (access.by === "scope") needScope(reach, access.scope);
  if (access.by === "role" && access.role && !hasRole(reach.role, access.role)) {
    throw new ApiError("forbidden", `This needs the role ${access.role} in the organization.`);
  }
}
