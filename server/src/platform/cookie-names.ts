import { memoize } from "./memoize.ts";

/**
 * The cookies of this server:
 * - `session`: who is signed in
 * - `brief`: that a session ends with the browser
 * - `asked`: the browser that requested a verification link
 * - `browser`: the browser that began an authorization request
 */
type CookieNames = Readonly<Record<"session" | "brief" | "asked" | "browser", string>>;

/**
 * What the cookies of the server at PUBLIC_URL are called. On HTTPS `__Host-` binds them to this very host (RFC 6265bis
 * §4.1.3.2). A browser sends the cookies of a host to all its ports (RFC 6265 §8.5), so a port that stands in the address
 * is in the names too: otherwise two servers on one host would sign each other out.
 */
export function cookieNames(config: { readonly PUBLIC_URL: string }): CookieNames {
  return namesAt(config.PUBLIC_URL);
}

const namesAt = memoize((publicUrl: string): CookieNames => {
  const { protocol, port } = new URL(publicUrl);
  const name = (what: string) =>
    `${protocol === "https:" ? "__Host-" : ""}parlance-${what}${port && `-${port}`}`;
  return { session: name("session"), brief: name("brief"), asked: name("asked"), browser: name("browser") };
});
