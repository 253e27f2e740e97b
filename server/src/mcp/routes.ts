import type { IncomingMessage } from "node:http";
import { localhostAllowedHostnames, validateHostHeader } from "@modelcontextprotocol/server";
import type { ErrorCode } from "@parlance/contract/errors";
import { DEFAULT_SCOPES } from "@parlance/contract/scopes";
import { Hono } from "hono";
import type { Identify } from "../access/identify.ts";
import { Refusal, toApiError } from "../access/refusal.ts";
import type { Context } from "../context.ts";
import { mcpMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import { accounted, openBody } from "../platform/bodies-in-flight.ts";
import { OPEN, PREFLIGHT } from "../platform/cross-origin.ts";
import { isAnonymous, rateHeaders, respondError } from "../platform/http-error.ts";
import { incomingOf } from "../platform/incoming.ts";
import { presentedToken } from "../platform/presented-token.ts";
import { readText, refuseUnbounded } from "../platform/read-body.ts";
import { countIfNothingWas, countMessages } from "./count-messages.ts";
import type { McpRequest } from "./mcp-request.ts";
import type { Serve } from "./serve.ts";

const MOST_BODY_BYTES = 4 * 1024 * 1024;
const METHODS = "POST, DELETE";
/** Refusals that the client program has to hear, not the model: it renews its token, asks for more, or waits. */
const OF_THE_PROGRAM: ReadonlySet<ErrorCode> = new Set([
  ...(["invalid_token", "grant_revoked", "missing_scope", "rate_limited"] as const),
]);

interface McpEnv {
  Bindings: { incoming: IncomingMessage };
  Variables: { address: string; requestId: string };
}

interface McpParts {
  ctx: Context;
  identify: Identify;
  serve: Serve;
}

/** The endpoint of agents, at the path of `MCP_URL`. */
export function mcpRoutes({ ctx, identify, serve }: McpParts): Hono<McpEnv> {
  const app = new Hono<McpEnv>();
  const path = new URL(ctx.config.MCP_URL).pathname;
  app.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  app.all(path, async (c) => {
    const { address, requestId } = c.var;
    const incoming = incomingOf(c.env.incoming);
    try {
      refuseForeignHost(ctx, c.req.raw);
      const token = presentedToken(incoming.headers);
      if (token === null)
        throw new ApiError("invalid_token", "Send an access token, an installation token or a key.");
      const findAgain = () => identify(token, { audience: "mcp", address, now: ctx.clock.now() });
      const of: McpRequest = {
        ...{ caller: await findAgain(), findAgain, address, requestId, refusals: [], rates: [] },
        gone: c.req.raw.signal,
        session: incoming.headers.get("mcp-session-id"),
      };
      if (c.req.method === "POST") return await answer(serve, ctx, c.req.raw, incoming, of);
      // There is no session that could be ended, and ending none is no mistake.
      if (c.req.method === "DELETE") return new Response(null, { status: 204, headers: OPEN });
      const refused = refuse(ctx, new ApiError("method_not_allowed"), {
        requestId,
        headers: incoming.headers,
      });
      refused.headers.set("Allow", METHODS);
      return refused;
    } catch (error) {
      if (error instanceof Refusal) {
        const { held, rate } = error;
        return refuse(ctx, error.error, { requestId, headers: incoming.headers, held, rate });
      }
      const known = toApiError(error, { log: ctx.log, requestId });
      return refuse(ctx, known, { requestId, headers: incoming.headers });
    }
  });
  return app;
}

/**
 * A server of this computer is called by its names only: a page that lets its own name lead here would else be taken for one
 * of ours by the browser (MCP, "Security Warning" of Streamable HTTP).
 */
function refuseForeignHost({ config }: Context, request: Request): void {
  const ownNames = localhostAllowedHostnames();
  if (!ownNames.includes(new URL(config.MCP_URL).hostname)) return;
  if (validateHostHeader(request.headers.get("host"), ownNames).ok) return;
  throw new ApiError("forbidden", `Call this server as ${config.MCP_URL}.`);
}

async function answer(
  serve: Serve,
  ctx: Context,
  request: Request,
  incoming: ReturnType<typeof incomingOf>,
  of: McpRequest,
): Promise<Response> {
  const account = openBody(ctx.db, of.caller.limitKey, of.address);
  try {
    const body = parsed(await readText(accounted(incoming, account), MOST_BODY_BYTES));
    // Its body is read; the library looks at nothing but the headers.
    const read = new Request(request.url, { method: "POST", headers: request.headers });
    await countMessages(ctx, of, body);
    const wanted = account.wanted();
    const gone = wanted ? AbortSignal.any([of.gone, wanted]) : of.gone;
    const answered = await serve(read, body, { ...of, gone });
    await countIfNothingWas(ctx, of);
    const { requestId, refusals, rates } = of;
    const forProgram = refusals.find(({ error }) => OF_THE_PROGRAM.has(error.code));
    // Of several messages each is answered by itself.
    if (forProgram && !Array.isArray(body)) {
      const { error, held, rate } = forProgram;
      return refuse(ctx, error, { requestId, headers: incoming.headers, held, rate });
    }
    const taken = [...rates, ...refusals.flatMap(({ rate }) => rate ?? [])].at(-1);
    for (const [name, value] of Object.entries({
      ...OPEN,
      ...rateHeaders(taken),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "X-Request-Id": requestId,
    })) {
      answered.headers.set(name, value);
    }
    return answered;
  } finally {
    account.close();
  }
}

/** What is no JSON is the protocol's to refuse. Throws as `refuseUnbounded` does. */
function parsed(text: string): unknown {
  refuseUnbounded(text);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Refused extends Pick<Parameters<typeof respondError>[1], "requestId" | "held"> {
  headers: { get(name: string): string | null };
  rate?: Parameters<typeof rateHeaders>[0];
}

/** A refusal over HTTP with its challenge, which also says what to ask for first (spec/oauth, "Errors"). */
function refuse(ctx: Context, error: ApiError, { requestId, headers, held = [], rate }: Refused): Response {
  const isRevoked = error.code === "grant_revoked";
  const answered = respondError(isRevoked ? new ApiError("invalid_token", error.code) : error, {
    ...{ requestId, held, anonymous: isAnonymous(headers) },
    resourceMetadata: mcpMetadataUrl(ctx),
    toAskFor: DEFAULT_SCOPES,
  });
  for (const [name, value] of Object.entries({ ...OPEN, ...rateHeaders(rate) }))
    answered.headers.set(name, value);
  return answered;
}
