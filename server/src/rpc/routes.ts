import type { IncomingMessage } from "node:http";
import type { AnyTRPCRouter } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Hono } from "hono";
import { ANYONE } from "../access/anyone.ts";
import type { Identify } from "../access/identify.ts";
import type { Perform } from "../access/perform.ts";
import { Refusal, toApiError } from "../access/refusal.ts";
import type { Caller, Context, ToolHandlers } from "../context.ts";
import { partnerMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import { accounted, openBody } from "../platform/bodies-in-flight.ts";
import { OPEN, PREFLIGHT } from "../platform/cross-origin.ts";
import { isAnonymous, rateHeaders, renderError } from "../platform/http-error.ts";
import { incomingOf } from "../platform/incoming.ts";
import { presentedToken } from "../platform/presented-token.ts";
import { readText, refuseUnbounded } from "../platform/read-body.ts";
import { type RpcRequest, rpcRouter } from "./router.ts";

const ENDPOINT = "/api/trpc";
const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** Calls of one request; existing clients send what one turn of theirs asked for. */
const MOST_CALLS = 50;

interface RpcEnv {
  Bindings: { incoming: IncomingMessage };
  Variables: { address: string; requestId: string };
}

interface RpcParts {
  ctx: Context;
  identify: Identify;
  perform: Perform;
  handlers: ToolHandlers;
}

/** `/api/trpc`: a call or a batch of calls per request, by whoever holds a token or secret key. */
export function rpcRoutes(parts: RpcParts): Hono<RpcEnv> {
  const { ctx, perform, handlers } = parts;
  const router = rpcRouter(perform, handlers);
  const app = new Hono<RpcEnv>();
  app.options(`${ENDPOINT}/*`, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  app.on(["GET", "POST"], `${ENDPOINT}/:calls`, async (c) => {
    const { address, requestId } = c.var;
    const incoming = incomingOf(c.env.incoming);
    const request: RpcRequest = {
      ...(await findCaller(parts, incoming.headers, { address, requestId })),
      ...{ address, requestId, gone: c.req.raw.signal, refusals: [], rates: [] },
    };
    const limitKey = "actor" in request.caller ? request.caller.limitKey : null;
    const account = openBody(ctx.db, limitKey, address);
    try {
      const { method, raw, url } = c.req;
      const body = method === "POST" ? await readText(accounted(incoming, account), MOST_BODY_BYTES) : null;
      // The library parses it.
      if (body !== null) refuseUnbounded(body);
      const read = new Request(url, { method, headers: withoutStreams(raw.headers), body });
      return await answer(ctx, router, read, request);
    } catch (error) {
      // What becomes of the body becomes of every call.
      const refused = toApiError(error, { log: ctx.log, requestId });
      const headers = withoutStreams(c.req.raw.headers);
      const unread = new Request(c.req.url, { method: c.req.method, headers });
      return await answer(ctx, router, unread, { ...request, caller: refused });
    } finally {
      account.close();
    }
  });
  return app;
}

/** One answer with its status and headers, whatever kind of stream a client asks the library for. */
function withoutStreams(sent: Headers): Headers {
  const headers = new Headers(sent);
  headers.delete("trpc-accept");
  headers.delete("accept");
  return headers;
}

async function answer(
  ctx: Context,
  router: AnyTRPCRouter,
  request: Request,
  calls: RpcRequest,
): Promise<Response> {
  const { requestId } = calls;
  const response = await fetchRequestHandler({
    ...{ endpoint: ENDPOINT, req: request, router, maxBatchSize: MOST_CALLS },
    createContext: () => calls,
    onError: ({ error, path }) => {
      // Refusals of ours are no faults; what handlers throw was logged where it became one.
      if (error.cause instanceof ApiError || error.code !== "INTERNAL_SERVER_ERROR") return;
      ctx.log.error({ err: error, path, requestId }, "a procedure failed");
    },
  });
  for (const [name, value] of Object.entries(headersOf(ctx, calls, request.headers)))
    response.headers.set(name, value);
  return response;
}

/** What REST says in headers of one call is said of the one that was refused, and of the window nearest to its end. */
function headersOf(
  ctx: Context,
  { refusals, rates, requestId }: RpcRequest,
  sent: Headers,
): Record<string, string> {
  const [refusal] = refusals;
  const said = refusal
    ? renderError(refusal.error, {
        ...{ requestId, held: refusal.held, anonymous: isAnonymous(sent) },
        resourceMetadata: partnerMetadataUrl(ctx),
      }).headers
    : {};
  const taken = [...rates, ...refusals.flatMap(({ rate }) => rate ?? [])].sort(
    (a, b) => a.remaining - b.remaining,
  );
  return {
    ...OPEN,
    ...rateHeaders(taken[0]),
    ...said,
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
  };
}

/** Who is asking; a refusal becomes one of every call, so that a batch is answered item by item. */
async function findCaller(
  { ctx, identify }: RpcParts,
  headers: { get(name: string): string | null },
  { address, requestId }: { address: string; requestId: string },
): Promise<Pick<RpcRequest, "caller" | "findAgain">> {
  try {
    const token = presentedToken(headers);
    if (token === null) return { caller: ANYONE, findAgain: async () => ANYONE };
    const findAgain = (): Promise<Caller> =>
      identify(token, { audience: "partner", address, now: ctx.clock.now(), wanted: "scope" });
    return { caller: await findAgain(), findAgain };
  } catch (error) {
    const refused = toApiError(error, { log: ctx.log, requestId });
    return { caller: refused, findAgain: () => Promise.reject(new Refusal(refused)) };
  }
}
