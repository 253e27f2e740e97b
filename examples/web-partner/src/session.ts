import { createHash, randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Settings } from "./settings.ts";

const NINETY_DAYS_SECONDS = 90 * 24 * 60 * 60;

/**
 * Stands in for your own sign-in: every browser is a user of its own, known by a random cookie.
 * The user id is the cookie's hash, so the database does not hold what a browser would have to present.
 */
export function currentUser({ appUrl }: Settings): MiddlewareHandler {
  const secure = appUrl.startsWith("https:");
  const prefix = secure ? "host" : undefined;

  return async (c, next) => {
    const session = getCookie(c, "partner_session", prefix) ?? begin(c);
    c.set("userId", createHash("sha256").update(session).digest("base64url"));
    await next();
  };

  function begin(c: Context): string {
    const session = randomBytes(32).toString("base64url");
    // Lax, not Strict: the user comes back to the callback from another site and has to be known there.
    setCookie(c, "partner_session", session, {
      path: "/",
      httpOnly: true,
      sameSite: "Lax",
      secure,
      prefix,
      maxAge: NINETY_DAYS_SECONDS,
    });
    return session;
  }
}
