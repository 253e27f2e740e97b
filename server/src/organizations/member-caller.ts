import type { Session } from "../accounts/session.ts";
import type { Caller } from "../context.ts";
import { personActor } from "../database/actor.ts";
import { ApiError } from "../platform/api-error.ts";
import { reachOf } from "./roles.ts";
import { selectMemberships } from "./store.ts";

/** A signed-in person as a caller: what they may do in an organization follows from their role there. */
export function memberCaller(session: Session): Caller {
  const { userId } = session;
  return {
    actor: personActor(userId),
    authority: session,
    limitKey: `user:${userId}`,
    idempotencyOwner: userId,
    home: null,
    held: [],
    async reachIn(store, organization) {
      const reach = await reachOf(store, userId, organization);
      if (reach) return reach;
      throw new ApiError("not_found", "There is no such organization, or you do not belong to it.");
    },
    organizations: (store, page) => selectMemberships(store, userId, page),
  };
}
