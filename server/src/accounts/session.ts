import { OPENS } from "@parlance/contract/credentials";
import type { Authority, Caller } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/** A person who is signed in. */
export interface Session extends Authority {
  readonly kind: "session";
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
}

export function session(facts: Omit<Session, "kind" | "opens">): Session {
  return { kind: "session", opens: OPENS.session, ...facts };
}

/** The session behind a call. Throws `sign_in_required` for any other caller. */
export function signedIn({ authority }: Pick<Caller, "authority">): Session {
  if (!isSession(authority)) throw new ApiError("sign_in_required");
  return authority;
}

function isSession(authority: Authority): authority is Session {
  return authority.kind === "session";
}
