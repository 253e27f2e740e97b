import type { Via } from "@parlance/contract/actors";
import { OPENS } from "@parlance/contract/credentials";
import type { AccessKind, Operation } from "@parlance/contract/operation";
import { ANYONE } from "../access/anyone.ts";
import type { Identify } from "../access/identify.ts";
import type { Session } from "../accounts/session.ts";
import type { Caller, Context } from "../context.ts";
import { memberCaller } from "../organizations/member-caller.ts";
import { ApiError } from "../platform/api-error.ts";
import { cookieNames } from "../platform/cookie-names.ts";
import type { HeaderFields } from "../platform/incoming.ts";
import { presentedToken } from "../platform/presented-token.ts";

/** Who is signed in, by the cookie in these headers. */
export type FindSession = (headers: Headers) => Promise<Session | null>;

/**
 * Who is asking, how to find out again later, and from where: by `Authorization: Bearer` or `x-api-key` (both at once is
 * `invalid_request`), else by the session cookie. A token in the query is ignored (RFC 9700 §4.3.2).
 *
 * @param alongside called when what was presented is looked up, which who fails too often does not get to
 */
export async function findCaller(
  ctx: Context,
  { identify, findSession }: { identify: Identify; findSession: FindSession },
  { operation, headers, address, alongside }: Asking,
): Promise<{ caller: Caller; findAgain: () => Promise<Caller>; via: Via }> {
  const wanted = operation.access.by;
  const nobody = { caller: ANYONE, findAgain: async () => ANYONE, via: "rest" } as const;
  if (wanted === "anyone") return nobody;
  const token = presentedToken(headers);
  if (token !== null) {
    const find = (begin?: () => void) =>
      identify(token, { audience: "partner", address, now: ctx.clock.now(), wanted, alongside: begin });
    return { caller: await find(alongside), findAgain: () => find(), via: "rest" };
  }
  if (!SESSION_OPENS.includes(wanted)) return nobody;
  if (operation.rest.method !== "GET") refuseForeignPages(ctx, headers);
  const cookie = headers.get("cookie");
  if (cookie === null) return nobody;
  const find = async () => {
    const session = await findSession(new Headers({ cookie }));
    return session ? memberCaller(session) : ANYONE;
  };
  const visit = { credentials: [], address, now: ctx.clock.now() };
  const isWorthIt = cookie.includes(`${cookieNames(ctx.config).session}=`) && !ctx.strangers.isKeptOut(visit);
  if (isWorthIt) alongside();
  const caller = await find();
  if (caller !== ANYONE) return { caller, findAgain: find, via: "dashboard" };
  if (isWorthIt) ctx.strangers.noteFailure(visit);
  return nobody;
}

interface Asking {
  operation: Operation;
  headers: HeaderFields;
  address: string;
  alongside: () => void;
}

const SESSION_OPENS: readonly AccessKind[] = OPENS.session;

/** Only pages of PUBLIC_URL may act with the session cookie (spec/oauth §5). */
function refuseForeignPages(ctx: Context, headers: HeaderFields): void {
  if (headers.get("cookie") === null) return;
  if (headers.get("origin") !== ctx.config.PUBLIC_URL) {
    throw new ApiError("forbidden", "This may only be sent from a page of this server.");
  }
}
