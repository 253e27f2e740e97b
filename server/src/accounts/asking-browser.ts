import { createHmac } from "node:crypto";
import { parse } from "hono/utils/cookie";
import { decodeJwt } from "jose";
import type { Context } from "../context.ts";
import { cookieNames } from "../platform/cookie-names.ts";
import { sameSecret } from "../platform/crypto.ts";

const LIFE_SECONDS = 3600;

/** The `Set-Cookie` value for the browser that requested a verification link to this address. */
export function markBrowser(context: Context, email: string): string {
  const attributes = ["Path=/", "HttpOnly", "SameSite=Lax", `Max-Age=${LIFE_SECONDS}`];
  if (context.config.secure) attributes.push("Secure");
  return [`${cookieNames(context.config).asked}=${markOf(context, email)}`, ...attributes].join("; ");
}

/**
 * Whether this browser requested the verification link. Only there may the link sign in: otherwise a stranger could mail
 * their own link to a person, who would then work in the stranger's account.
 */
export function askedHere(context: Context, cookies: string | undefined, token: string | undefined): boolean {
  const mark = parse(cookies ?? "")[cookieNames(context.config).asked];
  const email = emailOf(token ?? "");
  return mark !== undefined && email !== undefined && sameSecret(mark, markOf(context, email));
}

/** Not verified here: the library does that, and a forged address has no mark. */
function emailOf(token: string): string | undefined {
  try {
    const { email } = decodeJwt(token);
    return typeof email === "string" ? email : undefined;
  } catch {
    return undefined;
  }
}

function markOf({ keyring }: Context, email: string): string {
  const key = keyring.derive("sign-in") as Buffer;
  return createHmac("sha256", key).update(`asked-here:${email.toLowerCase()}`).digest("base64url");
}
