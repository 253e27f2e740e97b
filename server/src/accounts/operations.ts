import type { Handlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { signedIn } from "./session.ts";
import { deleteSession, selectSessions } from "./store.ts";

export const sessionHandlers: Handlers<"sessions.list" | "sessions.end"> = {
  async "sessions.list"(call) {
    const { userId, sessionId } = signedIn(call.caller);
    const sessions = await selectSessions(call.store, userId);
    const items = sessions
      .filter((session) => session.expiresAt > call.now)
      .sort((a, b) => Number(b.id === sessionId) - Number(a.id === sessionId) || b.createdAt - a.createdAt)
      .map(({ createdAt, expiresAt, ...session }) => ({
        ...session,
        current: session.id === sessionId,
        createdAt: iso(createdAt),
        expiresAt: iso(expiresAt),
      }));
    return { items };
  },

  async "sessions.end"(call, { sessionId }) {
    const { userId } = signedIn(call.caller);
    if (!(await deleteSession(call.store, userId, sessionId))) {
      throw new ApiError("not_found", "There is no such session of yours.");
    }
  },
};
