const LONGEST = 500;
/** This machine, whatever a file or name server says of other names. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** What we answer with; a callback that holds one already would mean two things. */
const ANSWERS = ["api_key", "token", "error"];

/**
 * Where a command-line program waits for its key (contract/cli §1): `http` on this machine, any port, and never this server.
 * Null for anything else, and for two of them.
 */
export function programCallback(query: URLSearchParams, here: URL = new URL(location.href)): URL | null {
  const [requested, ...more] = query.getAll("callback");
  if (!requested || more.length > 0 || requested.length > LONGEST) return null;
  if (/[\s\\\p{Cc}]/u.test(requested) || !URL.canParse(requested)) return null;
  const url = new URL(requested);
  if (url.protocol !== "http:" || !LOOPBACK.includes(url.hostname)) return null;
  if (url.username || url.password || url.hash) return null;
  if (ANSWERS.some((name) => url.searchParams.has(name))) return null;
  // A page of ours would carry the key into the history and logs of this server.
  if (LOOPBACK.includes(here.hostname) && portOf(url) === portOf(here)) return null;
  return url;
}

/** The callback with the answer: the key, or why there is none. */
export function answered(callback: URL, answer: { api_key: string } | { error: "access_denied" }): string {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(answer)) url.searchParams.append(name, value);
  return url.href;
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === "https:" ? "443" : "80");
}
