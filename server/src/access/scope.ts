import type { Declaration } from "@parlance/contract/operation";
import { hasRole } from "@parlance/contract/roles";
import type { Caller, Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { needScope } from "../projects/need-scope.ts";

type Checked = Pick<Declaration, "access" | "everywhere">;

/**
 * Scope comes before place (spec/oauth, "Errors"), as far as it is known: a token's scopes are, a person's follow from the
 * organization that the call names. Throws `missing_scope`.
 */
export function checkScopeAtHome({ access }: Checked, { home }: Caller): void {
  if (access.by === "scope" && home) needScope(home, access.scope);
}

/** Throws `missing_scope` or `forbidden` when the caller does not hold in the organization what is declared. */
export function checkReach({ access, everywhere }: Checked, reach: Reach | null): void {
  const required = access.by === "scope" || (access.by === "role" && access.role !== null);
  if (!required || (!reach && everywhere)) return;
  // Closed where somebody forgot to say what a call names; a test of the contract finds it first.
  if (!reach) throw new ApiError("forbidden");
  if (access.by === "scope") needScope(reach, access.scope);
  else if (access.role && !hasRole(reach.role, access.role)) {
    throw new ApiError("forbidden", `This needs the role ${access.role} in the organization.`);
  }
}
