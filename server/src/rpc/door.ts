import type { AnyTRPCRouter } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { ANYONE } from "../access/anyone.ts";
import type { Identify } from "../access/identify.ts";
import type { Perform } from "../access/perform.ts";
import { Refusal } from "../access/refusal.ts";
import type { Caller, Context, ToolHandlers } from "../context.ts";
import { toApiError } from "../database/to-api-error.ts";
import { partnerMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Arrive } from "../platform/arrival.ts";
import { accounted, openBody } from "../platform/bodies-in-flight.ts";
import { OPEN, PREFLIGHT } from "../platform/cross-origin.ts";
import { type AtDoor, type Door, openDoor } from "../platform/door.ts";
import { goneWith } from "../platform/gone.ts";
import { isAnonymous, nearestToItsEnd, ofEvery, rateHeaders, renderError } from "../platform/http-error.ts";
import { type HeaderFields, refuseAmbiguous } from "../platform/incoming.ts";
import { presentedToken } from "../platform/presented-token.ts";
import { readText, refuseUnbounded } from "../platform/read-body.ts";
import type { HttpAnswer } from "../platform/sender.ts";
import { type RpcRequest, rpcRouter } from "./router.ts";

const ENDPOINT = "/api/trpc";
const METHODS = ["GET", "HEAD", "POST"];
const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** Calls of one request; existing clients send what one turn of theirs asked for. */
const MOST_CALLS = 50;

interface RpcParts {
  identify: Identify;
  perform: Perform;
  handlers: ToolHandlers;
}

/** The path below the endpoint: names of procedures. */
type Calls = string;

/** `/api/trpc`: a call or a batch of calls per request, by whoever holds a token or secret key. */
export function rpcDoor(ctx: Context, { arrive, ...parts }: RpcParts & { arrive: Arrive }): Door {
  const router = rpcRouter(parts.perform, parts.handlers);
  return openDoor<Calls>({
    ...{ ctx, arrive },
    find: (path) => {
      if (!path.startsWith(ENDPOINT)) return undefined;
      const below = path.slice(ENDPOINT.length);
      return below === "" || below.startsWith("/") ? below : undefined;
    },
    async answer(at) {
      const { method = "" } = at.request;
      if (method === "OPTIONS") return at.sender.send({ status: 204, headers: PREFLIGHT });
      at.sender.send(METHODS.includes(method) ? await answer(ctx, parts, router, at) : otherMethod(at));
    },
  });
}

/** The library would say so of each call, but cannot be asked with some methods. */
function otherMethod({ arrival: { requestId } }: AtDoor<Calls>): HttpAnswer {
  const refused = renderError(new ApiError("method_not_allowed"), { requestId });
  return { ...refused, headers: { ...OPEN, ...refused.headers, Allow: METHODS.join(", ") } };
}

async function answer(
  ctx: Context,
  { identify }: RpcParts,
  router: AnyTRPCRouter,
  { found: path, search, request, response, incoming, arrival }: AtDoor<Calls>,
): Promise<Response> {
  const { address, requestId } = arrival;
  const { headers } = incoming;
  const method = request.method === "POST" ? "POST" : "GET";
  const contentType = headers.get("content-type");
  const calls: RpcRequest = {
    ...(await findCaller(ctx, identify, { request, headers, address, requestId })),
    ...{ address, requestId, gone: goneWith(response), refusals: [], rates: [] },
  };
  const limitKey = "actor" in calls.caller ? calls.caller.limitKey : null;
  const account = openBody(ctx.db, limitKey, address);
  // The library is told what it needs: neither who asks, nor which kind of stream a client wants.
  const sent = (body: string | null) =>
    new Request(`http://localhost${ENDPOINT}${path}${search}`, {
      ...{ method, body },
      ...(contentType !== null && { headers: { "content-type": contentType } }),
    });
  try {
    const body = method === "GET" ? null : await readText(accounted(incoming, account), MOST_BODY_BYTES);
    // The library parses it.
    if (body !== null) refuseUnbounded(body);
    return await callAll(ctx, router, sent(body), { calls, headers });
  } catch (error) {
    // What becomes of the body becomes of every call.
    const caller = toApiError(error, { log: ctx.log, requestId });
    return await callAll(ctx, router, sent(null), { calls: { ...calls, caller }, headers });
  } finally {
    account.close();
  }
}

async function callAll(
  ctx: Context,
  router: AnyTRPCRouter,
  request: Request,
  { calls, headers }: { calls: RpcRequest; headers: HeaderFields },
): Promise<Response> {
  const { requestId } = calls;
  const answered = await fetchRequestHandler({
    ...{ endpoint: ENDPOINT, req: request, router, maxBatchSize: MOST_CALLS },
    createContext: () => calls,
    onError: ({ error, path }) => {
      // Refusals of ours are no faults; what handlers throw was logged where it became one.
      if (error.cause instanceof ApiError || error.code !== "INTERNAL_SERVER_ERROR") return;
      ctx.log.error({ err: error, path, requestId }, "a procedure failed");
    },
  });
  for (const [name, value] of Object.entries(headersOf(ctx, calls, headers)))
    answered.headers.set(name, value);
  return answered;
}

/** What REST says in headers of one call is said of the one that was refused, and of the window nearest to its end. */
function headersOf(
  ctx: Context,
  { refusals, rates, requestId }: RpcRequest,
  sent: HeaderFields,
): Readonly<Record<string, string>> {
  const [refusal] = refusals;
  const said = refusal
    ? renderError(refusal.error, {
        ...{ requestId, held: refusal.held, anonymous: isAnonymous(sent) },
        resourceMetadata: partnerMetadataUrl(ctx),
      }).headers
    : {};
  const taken = nearestToItsEnd([...rates, ...refusals.flatMap(({ rate }) => rate ?? [])]);
  return {
    ...OPEN,
    ...rateHeaders(taken),
    ...said,
    "Content-Type": "application/json",
    ...ofEvery({ requestId }),
  };
}

/** Who is asking; a refusal becomes one of every call, so that a batch is answered item by item. */
async function findCaller(
  ctx: Context,
  identify: Identify,
  { request, headers, address, requestId }: Pick<AtDoor<Calls>, "request"> & Asking,
): Promise<Pick<RpcRequest, "caller" | "findAgain">> {
  try {
    refuseAmbiguous(request);
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

interface Asking {
  headers: HeaderFields;
  address: string;
  requestId: string;
}
