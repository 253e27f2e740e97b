import type { Context } from "../context.ts";
import { toApiError } from "../database/to-api-error.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Arrive } from "../platform/arrival.ts";
import { type AtDoor, type Door, openDoor } from "../platform/door.ts";
import { isAnonymous, renderError } from "../platform/http-error.ts";
import { refuseAmbiguous } from "../platform/incoming.ts";
import { readText } from "../platform/read-body.ts";
import type { Headers, HttpAnswer } from "../platform/sender.ts";
import type { AccessTokens } from "./access-token.ts";
import { authorizeDevice } from "./authorize-device.ts";
import { appOriginHeaders, preflightHeaders } from "./cross-origin.ts";
import { describedPlainly } from "./error-description.ts";
import { introspect } from "./introspect.ts";
import { OAUTH_PATHS, partnerMetadataUrl } from "./metadata.ts";
import { revoke } from "./revoke.ts";
import { type TokenRequest, token } from "./token.ts";

export const MAX_FORM_BYTES = 64 * 1024;
/** Answers with tokens, secrets or facts about people are never cached (RFC 6749 §5.1). */
const UNCACHED = { "Cache-Control": "no-store", Pragma: "no-cache" };

interface Endpoint {
  /** The body of the answer; undefined for an empty one. */
  readonly answer: (request: TokenRequest) => Promise<object | undefined>;
  /** Pages of public apps may call it (spec/oauth §3, "CORS"). */
  readonly isForPages: boolean;
}

/** The endpoints to which apps send forms: in front of the web framework, because connected apps call them all the time. */
export function formDoor(
  ctx: Context,
  { arrive, accessTokens }: { arrive: Arrive; accessTokens: AccessTokens },
): Door {
  const endpoints = new Map<string, Endpoint>([
    [OAUTH_PATHS.token, { answer: (sent) => token(ctx, accessTokens, sent), isForPages: true }],
    [
      OAUTH_PATHS.revoke,
      { answer: async (sent) => void (await revoke(ctx, accessTokens, sent)), isForPages: true },
    ],
    [OAUTH_PATHS.introspect, { answer: (sent) => introspect(ctx, accessTokens, sent), isForPages: false }],
    [OAUTH_PATHS.deviceAuthorization, { answer: (sent) => authorizeDevice(ctx, sent), isForPages: false }],
  ]);
  return openDoor<Endpoint>({
    ...{ ctx, arrive },
    find: (path) => endpoints.get(path),
    answer: async (at) => at.sender.send(await answer(ctx, at)),
  });
}

async function answer(ctx: Context, at: AtDoor<Endpoint>): Promise<HttpAnswer> {
  const { found, request, incoming, arrival } = at;
  const answered = await answerAlone(ctx, at);
  if (!found.isForPages) return answered;
  const isAnswered = request.method === "POST" && answered.status < 300;
  const { address } = arrival;
  const origin = incoming.headers.get("origin");
  const cors = await appOriginHeaders(ctx, { origin, address, isAnswered }).catch((error: unknown) => {
    // What was done is done: an app without a page hears of it, and a page tries again.
    toApiError(error, { log: ctx.log, requestId: arrival.requestId });
    return { Vary: "Origin" };
  });
  return { ...answered, headers: { ...answered.headers, ...cors } };
}

async function answerAlone(
  ctx: Context,
  { found, request, incoming, arrival }: AtDoor<Endpoint>,
): Promise<HttpAnswer> {
  const { requestId, address } = arrival;
  const { headers } = incoming;
  const isForPages = found.isForPages && request.method === "OPTIONS";
  if (isForPages) return { status: 204, headers: { ...UNCACHED, ...preflightHeaders("POST") } };
  try {
    refuseAmbiguous(request);
    if (request.method !== "POST") throw new ApiError("method_not_allowed");
    const body = await readText(incoming, MAX_FORM_BYTES);
    const answered = await describedPlainly(() => found.answer({ headers, body, address }));
    const common: Headers = { ...UNCACHED, "X-Request-Id": requestId };
    if (!answered) return { status: 200, headers: common, body: "" };
    const headersOfJson = { "Content-Type": "application/json", ...common };
    return { status: 200, headers: headersOfJson, body: JSON.stringify(answered) };
  } catch (error) {
    const refused = renderError(toApiError(error, { log: ctx.log, requestId }), {
      requestId,
      resourceMetadata: partnerMetadataUrl(ctx),
      anonymous: isAnonymous(headers),
    });
    const allow = refused.status === 405 && { Allow: found.isForPages ? "OPTIONS, POST" : "POST" };
    return { ...refused, headers: { ...refused.headers, ...UNCACHED, ...allow } };
  }
}
