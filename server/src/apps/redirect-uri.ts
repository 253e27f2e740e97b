import type { FieldError } from "@parlance/contract/errors";
import type { App } from "./apps.ts";
import { FORBIDDEN_SCHEMES } from "./forbidden-schemes.ts";

const MOST_CHARACTERS = 2000;
/** The three loopback literals of the specification; after the host only a port, then path, query or the end. */
const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?(?=[/?]|$)(.*)$/;
/** RFC 3986 §2, without the fragment's `#`: nothing that a browser, a header or a log would read differently. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?[\]@!$&'()+,;=%]+$/;
const HTTP_AUTHORITY = /^https?:\/\/([^/?]*)/;
/** What an authorization response adds to the query (RFC 6749 §4.1.2, RFC 9207 §2); a second one would be read instead. */
const ANSWERED = ["code", "state", "iss", "error", "error_description", "error_uri"];
/** A scheme in its one spelling, followed by something (RFC 8252 §7.1, but with or without a dot). */
const PRIVATE_USE = /^([a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)*):(.+)$/;

/**
 * Whether an app registered this redirect URI: byte for byte, except that the loopback listener of a public app may take
 * any port (RFC 8252 §7.3), and that an empty path there equals `/` (RFC 3986 §6.2.3).
 */
export function redirectUriMatches(app: Pick<App, "confidential" | "redirectUris">, uri: string): boolean {
  if (app.redirectUris.includes(uri)) return true;
  if (app.confidential) return false;
  const asked = loopbackParts(uri);
  return (
    asked !== null &&
    app.redirectUris.some((registered) => {
      const known = loopbackParts(registered);
      return known !== null && known.host === asked.host && known.rest === asked.rest;
    })
  );
}

/** Whether the URI leads to a program on the user's own computer. */
export function isLoopbackUri(uri: string): boolean {
  return loopbackParts(uri) !== null;
}

/** Whether what answers there is a program on the user's own computer, which nobody can vouch for. */
export function isLocalProgram(uri: string): boolean {
  return originOf(uri) === "" || isLoopbackUri(uri);
}

/** Who receives what is sent there, for people: a host, or the scheme that a program took for itself. */
export function receiverOf(uri: string): string {
  const { host, protocol } = new URL(uri);
  return originOf(uri) === "" ? protocol.slice(0, -1) : host;
}

/** Why the URI may not be registered, as a sentence; null when it may (spec/oauth, "Apps"). */
export function redirectUriProblem(uri: string, app: Pick<App, "confidential">): string | null {
  if (uri.length === 0 || uri.length > MOST_CHARACTERS) return "must have 1 to 2000 characters";
  if (uri.includes("#")) return "must not have a fragment";
  if (uri.includes("*")) return "must not have a wildcard";
  if (!URI_CHARACTERS.test(uri))
    return "must have only the characters of a URI, without spaces or backslashes";
  if (!URL.canParse(uri)) return "must be an absolute URI";
  const url = new URL(uri);
  if (url.username || url.password || authorityOf(uri).includes("@"))
    return "must not have a user or password";
  const taken = ANSWERED.find((name) => url.searchParams.has(name));
  if (taken) return `must not have the query parameter ${taken}, which stands in our answer`;
  if (url.protocol === "https:" || url.protocol === "http:") return httpProblem(uri, url);
  return privateUseProblem(uri, app);
}

/** The problems of a list of redirect URIs, each with the pointer of its entry. */
export function redirectUriErrors(uris: readonly string[], app: Pick<App, "confidential">): FieldError[] {
  return uris.flatMap((uri, index) => {
    const problem = redirectUriProblem(uri, app);
    return problem === null
      ? []
      : [{ pointer: `/redirectUris/${index}`, code: "invalid_redirect_uri", expected: problem, found: uri }];
  });
}

/** The web origin of a page at this URI; empty for schemes without one, so that `Origin: null` matches nothing. */
export function originOf(uri: string): string {
  const url = new URL(uri);
  return url.protocol === "https:" || url.protocol === "http:" ? url.origin : "";
}

function httpProblem(uri: string, url: URL): string | null {
  // Case, default ports, escapes and numeric hosts have several spellings; one spelling leaves no room to differ.
  if (HTTP_AUTHORITY.exec(uri)?.[1] !== url.host) {
    return "must begin with https:// and name its host in plain lower case, without a default port";
  }
  if (url.protocol === "http:" && !isLoopbackUri(uri)) {
    return "must use https; http is only for localhost, 127.0.0.1 and [::1]";
  }
  return null;
}

function privateUseProblem(uri: string, app: Pick<App, "confidential">): string | null {
  const scheme = PRIVATE_USE.exec(uri)?.[1];
  if (!scheme) {
    return "must use https, or for a public app a scheme of its own in lower case, such as com.example.app:/callback";
  }
  if (FORBIDDEN_SCHEMES.has(scheme)) {
    return `must use https, or for a public app a scheme of its own; ${scheme} belongs to browsers, systems or protocols`;
  }
  return app.confidential ? "must use https; a scheme of its own is only for public apps" : null;
}

function authorityOf(uri: string): string {
  return /^[^:]*:\/\/([^/?]*)/.exec(uri)?.[1] ?? "";
}

function loopbackParts(uri: string): { host: string; rest: string } | null {
  const match = LOOPBACK.exec(uri);
  if (!match || Number(match[2] ?? 0) > 65_535) return null;
  const rest = match[3] as string;
  return { host: match[1] as string, rest: rest.startsWith("/") ? rest : `/${rest}` };
}
