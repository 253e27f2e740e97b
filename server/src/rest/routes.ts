import { type BytesAnswer, bytesAnswer, MOUNTS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { Hono, type Context as HonoContext } from "hono";
import type { Identify } from "../access/identify.ts";
import type { Answer, Perform } from "../access/perform.ts";
import { Refusal } from "../access/refusal.ts";
import type { Context, Handlers } from "../context.ts";
import { partnerMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Taken } from "../platform/rate-limit.ts";
import { readBytes } from "../platform/read-body.ts";
import { type FindSession, findCaller } from "./credentials.ts";
import { DEFAULT_BODY_BYTES, namesIn, readRequest, type Sent } from "./read-request.ts";
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

export interface RestParts {
  identify: Identify;
  findSession: FindSession;
  perform: Perform;
  handlers: Handlers;
}

/** A route for every operation in the table. */
export function restRoutes(ctx: Context, parts: RestParts): Hono<RestEnv> {
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
    const { mount, method, path: below } = OPERATIONS[name].rest;
    const path = MOUNTS[mount] + below;
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.on(method, path, (c) => answer(c, ctx, parts, name));
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
  parts: RestParts,
  name: OperationName,
): Promise<Response> {
  const operation: Operation = OPERATIONS[name];
  try {
    const answered = await performSent(c, ctx, parts, name);
    return operation.output === bytesAnswer ? sendFile(c, ctx, answered) : render(c, operation, answered);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : undefined;
    const kept = { ...rateHeaders(refusal?.rate), ...(operation.answersCredential && UNCACHED_BY_OLD) };
    for (const [header, value] of Object.entries(kept)) c.header(header, value);
    const rendering = {
      requestId: c.var.requestId,
      log: ctx.log,
      resourceMetadata: operation.rest.mount === "api" ? partnerMetadataUrl(ctx) : undefined,
      held: refusal?.held ?? [],
      anonymous: isAnonymous(c.req.raw.headers),
    };
    return withHeaders(c, respondError(refusal?.error ?? error, rendering));
  }
}

/** One request is one call. */
async function performSent(
  c: HonoContext<RestEnv>,
  ctx: Context,
  parts: RestParts,
  name: OperationName,
): Promise<Answer> {
  const operation: Operation = OPERATIONS[name];
  const request = c.req.raw;
  const sent: Sent = { request, params: c.req.param() as Record<string, string>, query: c.req.query() };
  const { bytes, maxBodyBytes = DEFAULT_BODY_BYTES } = operation.rest;
  return parts.perform({
    name,
    declaration: operation,
    handler: parts.handlers[name],
    ...(await findCaller(ctx, parts, { operation, headers: request.headers, address: c.var.address })),
    names: namesIn(sent),
    read: () => readRequest(operation, sent),
    bytes: bytes && readBytes(request, maxBodyBytes),
    address: c.var.address,
    requestId: c.var.requestId,
  });
}

/** Sends the file while it is made. Where that fails the connection is cut, so that nobody takes the part for the whole. */
function sendFile(c: HonoContext<RestEnv>, ctx: Context, answered: Answer): Response {
  setHeaders(c, answered);
  const { contentType, fileName, bytes } = answered.output as BytesAnswer;
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
function render(c: HonoContext<RestEnv>, operation: Operation, answered: Answer): Response {
  const { output } = answered;
  const headers = {
    ...(operation.rest.mount === "api" && OPEN),
    ...(operation.answersCredential && UNCACHED_BY_OLD),
    ...answerHeaders(answered),
    ...fixedHeaders(c),
  };
  if (output === undefined) return new Response(null, { status: 204, headers });
  return new Response(JSON.stringify(output), {
    status: operation.rest.status ?? (operation.effect === "create" ? 201 : 200),
    headers: { "Content-Type": "application/json", ...headers },
  });
}

function setHeaders(c: HonoContext<RestEnv>, answered: Answer): void {
  for (const [name, value] of Object.entries({ ...answerHeaders(answered), ...fixedHeaders(c) })) {
    c.header(name, value);
  }
}

function answerHeaders({ rate, replayed, isDryRun }: Answer): Record<string, string> {
  return {
    ...rateHeaders(rate),
    ...(replayed && { "Idempotent-Replayed": "true" }),
    ...(isDryRun && { "Dry-Run": "true" }),
  };
}

function rateHeaders(taken: Taken | undefined): Record<string, string> {
  if (!taken) return {};
  return {
    "RateLimit-Limit": String(taken.limit),
    "RateLimit-Remaining": String(taken.remaining),
    "RateLimit-Reset": String(taken.resetSeconds),
  };
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
