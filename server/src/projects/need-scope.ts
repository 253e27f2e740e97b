import type { Scope } from "@parlance/contract/scopes";
import type { Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/**
 * Throws `missing_scope`, with `mint_again` when the grant holds the scope by now but this token does not. Access calls
 * it for every operation, and handlers do when the scope depends on the input.
 */
export function needScope({ scopes, grantScopes }: Reach, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw new ApiError("missing_scope", `This needs the scope ${scope}.`, {
    required: scope,
    ...(grantScopes?.includes(scope) && { mint_again: true as const }),
  });
}
