import { isLoopback } from "../platform/config.ts";

/** Says that a browser was moved here already: behind a proxy that rewrites Host it would be moved for ever. */
const MARK = "moved";

/**
 * Where a page belongs that was opened under another name of this machine than PUBLIC_URL has (`127.0.0.1` for
 * `localhost`, say): cookies and sign-in work at that one address only. Null for a page that is where it belongs, or was
 * moved before. Only the path and query are the visitor's; the answer never leaves PUBLIC_URL.
 */
export function loopbackTwin(publicUrl: string, requested: string): string | null {
  const home = new URL(publicUrl);
  const { hostname, port, pathname, search, searchParams } = new URL(requested);
  if (hostname === home.hostname || port !== home.port || searchParams.has(MARK)) return null;
  if (!isLoopback(home.hostname) || !isLoopback(hostname)) return null;
  return `${publicUrl}${pathname}${search || "?"}${search && "&"}${MARK}=1`;
}
