import type { Operation } from "@parlance/contract/operation";
import { hasRole } from "@parlance/contract/roles";
import type { Caller, Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { needScope } from "../projects/need-scope.ts";

/**
 * Scope comes before place (spec/oauth, "Errors"). A token's scopes are known at once; a session's follow from the role
 * in the organization that the path names, so for it the check is made when the place is found.
 */
export function checkScope(operation: Operation, caller: Caller): (reach: Reach | null) => void {
  const { access } = operation;
  if (access.by === "scope" && caller.kind === "installation") {
    needScope(caller.reach, access.scope, caller);
    return () => {};
  }
  return (reach) => {
    if (!reach) return;
    if (access.by === "scope") needScope(reach, access.scope, caller);
    if (access.by === "role" && access.role && !hasRole(reach.role, access.role)) {
      throw new ApiError("forbidden", `This needs the role ${access.role} in the organization.`);
    }
  };
}
