import type { Session } from "../accounts/session.ts";
import type { Context } from "../context.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { hashOf } from "../platform/crypto.ts";
import { isStorable } from "../platform/storable.ts";
import { extendRequest, selectRequest, setRequestUser } from "./store-requests.ts";

/** Who looks at a request: a browser, and the person who is signed in there. */
export interface Visitor {
  browserToken: string | null;
  session: Session | null;
}

/**
 * The authorization request, for the browser that began it and the first user who signed in there (spec/oauth §1).
 * Binds the user, and restarts the life of the request once, when a person who can consent first appears.
 *
 * Throws `not_found`, `wrong_browser`, or `wrong_account` for another user than the first.
 */
export async function openRequest(
  ctx: Context,
  id: string,
  visitor: Visitor,
): Promise<AuthorizationRequestTable> {
  const request = isStorable(id) ? await selectRequest(ctx.db.read, id) : undefined;
  if (!request) throw new ApiError("not_found", "There is no such authorization request.");
  if (!visitor.browserToken || hashOf(visitor.browserToken) !== request.browserHash) {
    throw new ApiError("wrong_browser", "This link was opened in another browser. Start again from the app.");
  }
  const { session } = visitor;
  if (!session) return request;
  return bind(ctx, request, session, ctx.clock.now());
}

async function bind(
  ctx: Context,
  request: AuthorizationRequestTable,
  session: Session,
  now: number,
): Promise<AuthorizationRequestTable> {
  const bindsNow = request.userId === null;
  const extendsNow =
    session.emailVerified &&
    request.extendedAt === null &&
    request.decidedAt === null &&
    request.expiresAt > now;
  if (request.userId !== null && request.userId !== session.userId) throw anotherAccount();
  if (!bindsNow && !extendsNow) return request;
  const expiresAt = after(now, ctx.config.AUTHORIZATION_REQUEST_SECONDS);
  await ctx.db.write(async (tx) => {
    if (bindsNow && !(await setRequestUser(tx, request.id, session.userId))) throw anotherAccount();
    if (extendsNow) await extendRequest(tx, request.id, expiresAt, now);
  });
  return (await selectRequest(ctx.db.read, request.id)) ?? request;
}

function anotherAccount(): ApiError {
  return new ApiError(
    "wrong_account",
    "This request belongs to another account. Sign in with that one, or start again from the app.",
  );
}
