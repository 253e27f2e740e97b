import { createHash, randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/** Stands in for your own sign-in: every browser is a user, known by a random cookie. The user id is the cookie's hash. */
export function currentUser(appUrl: string): MiddlewareHandler {
  const secure = appUrl.startsWith("https:");
  return async (c, next) => {
    const session = getCookie(c, "session") ?? randomBytes(32).toString("base64url");
    // Lax, not Strict: the user comes back to the callback from another site and has to be known there.
    setCookie(c, "session", session, {
      ...{ path: "/", httpOnly: true, sameSite: "Lax", secure, maxAge: 90 * 24 * 60 * 60 },
    });
    c.set("userId", createHash("sha256").update(session).digest("base64url"));
    await next();
  };
}
