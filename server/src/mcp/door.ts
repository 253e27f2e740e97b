import type { IncomingMessage } from "node:http";
import { localhostAllowedHostnames, validateHostHeader } from "@modelcontextprotocol/server";
import type { ErrorCode } from "@parlance/contract/errors";
import { DEFAULT_SCOPES } from "@parlance/contract/scopes";
import type { Identify } from "../access/identify.ts";
import { Refusal } from "../access/refusal.ts";
import type { Context } from "../context.ts";
import { toApiError } from "../database/to-api-error.ts";
import { mcpMetadataUrl } from "../oauth/metadata.ts";
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
import { countIfNothingWas, countMessages } from "./count-messages.ts";
import type { McpRequest } from "./mcp-request.ts";
import type { Serve } from "./serve.ts";

const MOST_BODY_BYTES = 4 * 1024 * 1024;
const METHODS = "POST, DELETE";
/** Refusals that the client program has to hear, not the model: it renews its token, asks for more, or waits. */
const OF_THE_PROGRAM: ReadonlySet<ErrorCode> = new Set([
  ...(["invalid_token", "grant_revoked", "missing_scope", "rate_limited"] as const),
]);

interface McpParts {
  identify: Identify;
  serve: Serve;
}

type At = AtDoor<true>;

/** The endpoint of agents, at the path of `MCP_URL`. */
export function mcpDoor(ctx: Context, { arrive, ...parts }: McpParts & { arrive: Arrive }): Door {
  const endpoint = new URL(ctx.config.MCP_URL).pathname;
  return openDoor<true>({
    ...{ ctx, arrive },
    find: (path) => (path === endpoint ? true : undefined),
    answer: async (at) => at.sender.send(await answer(ctx, parts, at)),
  });
}

async function answer(ctx: Context, { identify, serve }: McpParts, at: At): Promise<HttpAnswer | Response> {
  const { request, incoming, arrival } = at;
  const { address, requestId } = arrival;
  const { headers } = incoming;
  if (request.method === "OPTIONS") return { status: 204, headers: PREFLIGHT };
  try {
    refuseAmbiguous(request);
    refuseForeignHost(ctx, headers);
    const token = presentedToken(headers);
    if (token === null)
      throw new ApiError("invalid_token", "Send an access token, an installation token or a key.");
    const findAgain = () => identify(token, { audience: "mcp", address, now: ctx.clock.now() });
    const of: McpRequest = {
      ...{ caller: await findAgain(), findAgain, address, requestId, refusals: [], rates: [] },
      gone: goneWith(at.response),
      session: headers.get("mcp-session-id"),
    };
    if (request.method === "POST") return await answerMessages(ctx, serve, at, of);
    // There is no session that could be ended, and ending none is no mistake.
    if (request.method === "DELETE") return { status: 204, headers: OPEN };
    const refused = refuse(ctx, new ApiError("method_not_allowed"), { requestId, headers });
    return { ...refused, headers: { ...refused.headers, Allow: METHODS } };
  } catch (error) {
    if (error instanceof Refusal) {
      const { held, rate } = error;
      return refuse(ctx, error.error, { requestId, headers, held, rate });
    }
    return refuse(ctx, toApiError(error, { log: ctx.log, requestId }), { requestId, headers });
  }
}

/**
 * A server of this computer is called by its names only: a page that lets its own name lead here would else be taken for one
 * of ours by the browser (MCP, "Security Warning" of Streamable HTTP).
 */
function refuseForeignHost({ config }: Context, headers: HeaderFields): void {
  const ownNames = localhostAllowedHostnames();
  if (!ownNames.includes(new URL(config.MCP_URL).hostname)) return;
  if (validateHostHeader(headers.get("host"), ownNames).ok) return;
  throw new ApiError("forbidden", `Call this server as ${config.MCP_URL}.`);
}

async function answerMessages(
  ctx: Context,
  serve: Serve,
  { request, incoming }: At,
  of: McpRequest,
): Promise<HttpAnswer | Response> {
  const { headers } = incoming;
  const account = openBody(ctx.db, of.caller.limitKey, of.address);
  try {
    const body = parsed(await readText(accounted(incoming, account), MOST_BODY_BYTES));
    // Its body is read; the library looks at nothing but the headers.
    const read = new Request(ctx.config.MCP_URL, { method: "POST", headers: headersIn(request) });
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
      return refuse(ctx, error, { requestId, headers, held, rate });
    }
    const taken = nearestToItsEnd([...rates, ...refusals.flatMap(({ rate }) => rate ?? [])]);
    for (const [name, value] of Object.entries({
      ...OPEN,
      ...rateHeaders(taken),
      ...ofEvery({ requestId }),
    })) {
      answered.headers.set(name, value);
    }
    return answered;
  } finally {
    account.close();
  }
}

/** Of a header that is there several times, all in one, as Node joins them. */
function headersIn({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
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

interface Refused extends Pick<Parameters<typeof renderError>[1], "requestId" | "held"> {
  headers: HeaderFields;
  rate?: Parameters<typeof rateHeaders>[0];
}

/** A refusal over HTTP with its challenge, which also says what to ask for first (spec/oauth, "Errors"). */
function refuse(ctx: Context, error: ApiError, { requestId, headers, held = [], rate }: Refused): HttpAnswer {
  const isRevoked = error.code === "grant_revoked";
  const refused = renderError(isRevoked ? new ApiError("invalid_token", error.code) : error, {
    ...{ requestId, held, anonymous: isAnonymous(headers) },
    resourceMetadata: mcpMetadataUrl(ctx),
    toAskFor: DEFAULT_SCOPES,
  });
  return { ...refused, headers: { ...refused.headers, ...OPEN, ...rateHeaders(rate) } };
}
