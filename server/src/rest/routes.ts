import { type BytesAnswer, bytesAnswer, MOUNTS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { Hono, type Context as HonoContext } from "hono";
import type { CallAnswer, CallRequest, Perform } from "../access/perform.ts";
import { Refusal } from "../access/perform.ts";
import type { Context } from "../context.ts";
import { partnerMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import { readBytes, readJson } from "../platform/read-body.ts";
import { isAnonymous, respondError } from "./respond.ts";

export interface RestEnv {
  Variables: { address: string; requestId: string };
}

const EXPOSED =
  "WWW-Authenticate, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, ETag, Content-Disposition, X-Request-Id, Idempotent-Replayed, Dry-Run";

/** To pages of every origin: there is no cookie that they could use. */
const OPEN = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED };
/** What RFC 6749 §5.1 asks of answers with tokens, for caches of HTTP/1.0. */
const UNCACHED_BY_OLD = { Pragma: "no-cache" };

/** A route for every operation in the table. */
export function restRoutes(ctx: Context, perform: Perform): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.use(`${MOUNTS.api}/*`, async (c, next) => {
    for (const [name, value] of Object.entries(OPEN)) c.header(name, value);
    if (c.req.method !== "OPTIONS") return next();
    c.header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    c.header(
      "Access-Control-Allow-Headers",
      "Authorization, Content-Type, Idempotency-Key, If-Match, Upload-Offset, X-Api-Key",
    );
    c.header("Access-Control-Max-Age", "86400");
    return c.body(null, 204);
  });
  const methods = new Map<string, string[]>();
  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const operation: Operation = OPERATIONS[name];
    const path = MOUNTS[operation.mount] + operation.path;
    methods.set(path, [...(methods.get(path) ?? []), operation.method]);
    app.on(operation.method, path, (c) => answer(c, ctx, perform, name, operation));
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      c.header("Allow", [...allowed, "OPTIONS"].join(", "));
      return withHeaders(
        c,
        respondError(new ApiError("method_not_allowed"), { requestId: c.var.requestId, log: ctx.log }),
      );
    });
  }
  return app;
}

async function answer(
  c: HonoContext<RestEnv>,
  ctx: Context,
  perform: Perform,
  name: OperationName,
  operation: Operation,
): Promise<Response> {
  try {
    const answered = await perform(name, toRequest(c));
    return operation.output === bytesAnswer ? sendFile(c, ctx, answered) : render(c, operation, answered);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const kept = { ...error.headers, ...(operation.answersCredential && UNCACHED_BY_OLD) };
    for (const [header, value] of Object.entries(kept)) c.header(header, value);
    const resourceMetadata = operation.mount === "api" ? partnerMetadataUrl(ctx) : undefined;
    const rendering = {
      requestId: c.var.requestId,
      log: ctx.log,
      resourceMetadata,
      caller: error.caller,
      anonymous: isAnonymous(c.req.raw.headers),
    };
    return withHeaders(c, respondError(error.error, rendering));
  }
}

function toRequest(c: HonoContext<RestEnv>): CallRequest {
  return {
    method: c.req.method,
    headers: c.req.raw.headers,
    params: c.req.param() as Record<string, string>,
    query: c.req.query(),
    body: (maxBytes) => readJson(c.req.raw, maxBytes),
    bytes: (maxBytes) => readBytes(c.req.raw, maxBytes),
    address: c.var.address,
    requestId: c.var.requestId,
  };
}

/** Sends the file while it is made. Where that fails the connection is cut, so that nobody takes the part for the whole. */
function sendFile(c: HonoContext<RestEnv>, ctx: Context, answered: CallAnswer): Response {
  setHeaders(c, answered);
  const { contentType, fileName, bytes } = answered.body as BytesAnswer;
  c.header("Content-Type", contentType);
  c.header("Content-Disposition", `attachment; filename="${fileName}"`);
  return c.body(ReadableStream.from(logged(bytes, ctx, c.var.requestId)));
}

async function* logged(bytes: AsyncIterable<Uint8Array>, ctx: Context, requestId: string) {
  try {
    yield* bytes;
  } catch (error) {
    ctx.log.error({ err: error, requestId }, "a file could not be sent to its end");
    throw error;
  }
}

/** In one piece: headers that are added one by one cost as much as the rest of a short call. */
function render(c: HonoContext<RestEnv>, operation: Operation, answered: CallAnswer): Response {
  const { status, body } = answered;
  const headers = {
    ...(operation.mount === "api" && OPEN),
    ...(operation.answersCredential && UNCACHED_BY_OLD),
    ...answered.headers,
    ...fixedHeaders(c),
  };
  if (body === undefined) return new Response(null, { status: 204, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

function setHeaders(c: HonoContext<RestEnv>, { headers }: CallAnswer): void {
  for (const [name, value] of Object.entries({ ...headers, ...fixedHeaders(c) })) c.header(name, value);
}

function fixedHeaders(c: HonoContext<RestEnv>): Record<string, string> {
  return {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": c.var.requestId,
  };
}

/** Headers set on the Hono context, CORS and rate limit, on a finished answer too. */
function withHeaders(c: HonoContext<RestEnv>, response: Response): Response {
  for (const [name, value] of c.res.headers) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
