import { UsageError } from "./options.ts";

const TIMEOUT_MS = 10_000;

/** Throws `UsageError` unless a server is there that calls itself so (RFC 8414 §3.3). */
export async function checkServer(url: string): Promise<void> {
  const { origin, pathname } = new URL(url);
  const path = pathname === "/" ? "" : pathname;
  const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server${path}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  })
    .then((response) => (response.ok ? (response.json() as Promise<{ issuer?: unknown }>) : undefined))
    .catch(() => undefined);
  if (!metadata) throw new UsageError(`No Parlance server answers at ${url}. Is it running?`);
  if (metadata.issuer !== url) {
    throw new UsageError(`The server at ${url} calls itself ${String(metadata.issuer)}: use that address.`);
  }
}

/** The dashboard's page that registers an app, with its fields filled in. */
export function registerLink(url: string, name: string, redirectUri: string): string {
  return `${new URL(url).origin}/apps/register?${new URLSearchParams({ name, redirectUri })}`;
}
