import type { FetchLike } from "@modelcontextprotocol/client";

const MOST_MS = 30_000;

/** Requests of the sign-in end after half a minute; one that carries a credential follows no redirect. */
export const timedFetch: FetchLike = (url, init) =>
  fetch(url, {
    ...(init?.method === "POST" && { redirect: "error" }),
    ...init,
    signal: init?.signal ?? AbortSignal.timeout(MOST_MS),
  });
