import { isPublicAppOrigin } from "../apps/apps.ts";
import type { Context } from "../context.ts";
import type { Headers } from "../platform/sender.ts";

/** The headers of a refusal that a page of an app may read. */
const EXPOSED = "WWW-Authenticate, Retry-After";
/** What clients add to their requests, tracing included. */
const ASKED =
  "Authorization, Content-Type, MCP-Protocol-Version, If-None-Match, traceparent, tracestate, baggage";

/** To pages of every origin: they send a token of their own, or none, and no cookie. */
export const OPEN_TO_PAGES: Headers = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": EXPOSED,
};

export function preflightHeaders(methods: string): Headers {
  return {
    "Access-Control-Allow-Methods": `${methods}, OPTIONS`,
    "Access-Control-Allow-Headers": ASKED,
    "Access-Control-Max-Age": "86400",
  };
}

/**
 * Browsers may exchange and revoke from the origins of public apps' redirect URIs only (spec/oauth §3, "CORS").
 *
 * @param isAnswered whether the call itself was answered, which no stranger's is
 */
export async function appOriginHeaders(
  ctx: Context,
  { origin, address, isAnswered }: { origin: string | null; address: string; isAnswered: boolean },
): Promise<Headers> {
  const vary = { Vary: "Origin" };
  if (!origin || origin.length > 500 || origin === "null") return vary;
  const visit = { credentials: [origin], address, now: ctx.clock.now() };
  if (!isAnswered && ctx.strangers.isKeptOut(visit)) return vary;
  if (!(await isPublicAppOrigin(ctx.db.read, origin, visit.now))) {
    ctx.strangers.noteFailure(visit);
    return vary;
  }
  ctx.strangers.remember(origin);
  return { ...vary, "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED };
}
