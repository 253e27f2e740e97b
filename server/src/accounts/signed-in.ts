import type { Caller } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/** The session behind a call. Throws `sign_in_required` for any other caller. */
export function signedIn(caller: Caller): Extract<Caller, { kind: "session" }> {
  if (caller.kind !== "session") throw new ApiError("sign_in_required");
  return caller;
}
