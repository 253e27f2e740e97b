import type { Scope } from "@parlance/contract/scopes";
import type { Caller, Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/**
 * Throws `missing_scope`, with `mint_again` when the grant holds the scope by now but this token does not. Access asks
 * it for every operation; handlers where a scope depends on the input.
 */
export function needScope(reach: Reach, scope: Scope, caller: Caller): void {
  if (reach.scopes.includes(scope)) return;
  const grantHasIt = caller.kind === "installation" && caller.grantScopes.includes(scope);
  throw new ApiError("missing_scope", `This needs the scope ${scope}.`, {
    required: scope,
    ...(grantHasIt && { mint_again: true as const }),
  });
}
