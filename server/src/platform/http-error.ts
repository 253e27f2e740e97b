import type { ErrorBody } from "@parlance/contract/errors";
import { inOrder, isScope, type Scope } from "@parlance/contract/scopes";
import type { ApiError } from "./api-error.ts";
import type { HeaderFields } from "./incoming.ts";
import type { Taken } from "./rate-limit.ts";

const RETRY_SOON_SECONDS = 2;

interface Rendering {
  requestId: string;
  /** Where to read about the resource server, for a Bearer challenge; undefined where tokens are not taken. */
  resourceMetadata?: string | undefined;
  /** What a client that has no token yet should ask for. */
  toAskFor?: readonly Scope[] | undefined;
  /** What the token holds already, for a challenge that asks for more. */
  held?: readonly Scope[] | undefined;
  /** Nothing was presented: then the challenge names no error (RFC 6750 §3.1). */
  anonymous?: boolean;
}

/** An answer over HTTP that is finished. */
export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The one place where a refusal becomes an answer over HTTP: status, body and challenge (spec/oauth, "Errors"). */
export function renderError(known: ApiError, rendering: Rendering): Rendered {
  const body: ErrorBody =
    known.status >= 500 ? { ...known.body, request_id: rendering.requestId } : known.body;
  const retryAfter = known.extra.retryAfterSeconds ?? (known.status === 503 ? RETRY_SOON_SECONDS : undefined);
  const challenge = challengeFor(known, rendering);
  return {
    status: known.status,
    headers: {
      "Content-Type": "application/json",
      ...ofEvery(rendering),
      ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
      ...(challenge && { "WWW-Authenticate": challenge }),
    },
    body: JSON.stringify(body),
  };
}

/** What every answer of a door has: it is kept by nobody, read as nothing else, and found again in the log. */
export function ofEvery({ requestId }: { requestId: string }): Readonly<Record<string, string>> {
  return { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Request-Id": requestId };
}

/** Of several windows that one request took from, the one nearest to its end. */
export function nearestToItsEnd(taken: readonly Taken[]): Taken | undefined {
  return taken.toSorted((one, other) => one.remaining - other.remaining)[0];
}

/** What is left of the caller's window. */
export function rateHeaders(taken: Taken | undefined): Readonly<Record<string, string>> {
  if (!taken) return {};
  return {
    "RateLimit-Limit": String(taken.limit),
    "RateLimit-Remaining": String(taken.remaining),
    "RateLimit-Reset": String(taken.resetSeconds),
  };
}

/** The same for the web framework. */
export function respondError(error: ApiError, rendering: Rendering): Response {
  const { status, headers, body } = renderError(error, rendering);
  return new Response(body, { status, headers: { ...headers } });
}

/** Whether a request presents no token at all. */
export function isAnonymous(headers: HeaderFields): boolean {
  return headers.get("authorization") === null && headers.get("x-api-key") === null;
}

/** RFC 6750 §3 and RFC 9728 §5.1 for tokens, RFC 6749 §5.2 for apps. */
function challengeFor(
  error: ApiError,
  { resourceMetadata, toAskFor, held = [], anonymous }: Rendering,
): string | null {
  if (error.code === "invalid_client") return 'Basic realm="parlance", charset="UTF-8"';
  if (!resourceMetadata) return null;
  const parts = ['realm="parlance"'];
  if (error.code === "invalid_token") {
    if (!anonymous) parts.push('error="invalid_token"', `error_description="${quotable(error.message)}"`);
    if (toAskFor) parts.push(`scope="${toAskFor.join(" ")}"`);
  } else if (error.code === "missing_scope" || error.code === "insufficient_scope") {
    const needed = error.extra.required ?? "";
    const scope = isScope(needed) ? inOrder([...held, needed]).join(" ") : needed;
    // The list is what to ask for; which of it is missing, the sentence says.
    const said = quotable(`This needs the scope ${needed}, which the token does not hold.`);
    parts.push('error="insufficient_scope"', `scope="${scope}"`, `error_description="${said}"`);
  } else {
    return null;
  }
  return `Bearer ${[...parts, `resource_metadata="${resourceMetadata}"`].join(", ")}`;
}

function quotable(text: string): string {
  return text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
}
