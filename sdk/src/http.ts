import { errorOf, isErrorCode, ParlanceError, type Refusal, UnreachableError } from "./errors.ts";

/** What the SDK needs of the outside; all of it can be replaced, in tests and on runtimes of their own kind. */
export interface Outside {
  readonly fetch: typeof fetch;
  /** For one attempt, in milliseconds, until its answer is read; of a file, until it begins. */
  readonly timeoutMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What every runtime can send, and send again. */
export type Body = string | URLSearchParams | Blob | Uint8Array<ArrayBuffer>;

export interface HttpRequest {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bearer?: string | undefined;
  readonly body?: Body | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The JSON of one answer, undefined for 204. Throws `RefusedError`, `UnreachableError`, or the reason of `signal`. */
export function requestJson<Answer>(outside: Outside, request: HttpRequest): Promise<Answer> {
  return attempt(outside, request, async (response) => {
    await refuse(response, outside);
    return (response.status === 204 ? undefined : await jsonOf(response, request.url)) as Answer;
  });
}

/** One answer as it is, once it is known to be a success; its body may take as long as it takes. */
export function requestFile(outside: Outside, request: HttpRequest): Promise<Response> {
  return attempt(outside, request, async (response) => {
    await refuse(response, outside);
    return response;
  });
}

/** One answer, whatever it says, for callers that know what each status means. `read` is inside the time limit. */
export async function attempt<Answer>(
  { fetch, timeoutMs }: Outside,
  { method = "GET", url, headers, bearer, body, signal }: HttpRequest,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: body ?? null,
      // Tokens and codes go where they were sent or nowhere. Not every runtime has "error".
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
    });
    if (isRedirect(response)) {
      await response.body?.cancel();
      throw new UnreachableError(
        `${new URL(url).origin} leads elsewhere. Check the address in the settings.`,
      );
    }
    return await read(response);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ParlanceError) throw error;
    const why = limit.signal.aborted ? `within ${timeoutMs} ms` : "at all";
    throw new UnreachableError(`No answer from ${new URL(url).origin} ${why}.`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Throws `UnreachableError` for an answer without what it must have: a proxy that answers 200 to everything would else put
 * nothing in the place of a token that works.
 */
export function checkAnswer<Answer>(
  answer: Answer,
  needed: Readonly<Record<string, "string" | "number">>,
  url: string,
): Answer {
  const fields = Object(answer) as Record<string, unknown>;
  const missing = Object.entries(needed).find(
    ([name, type]) => typeof fields[name] !== type || fields[name] === "",
  );
  if (missing) throw new UnreachableError(`The answer of ${new URL(url).origin} has no ${missing[0]}.`);
  return answer;
}

function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || (status >= 301 && status <= 308 && status !== 304);
}

/** Throws the error of an answer that is no success. */
export async function refuse(response: Response, { now }: Outside): Promise<void> {
  if (response.ok) return;
  const text = await response.text();
  throw errorOf(refusalOf(response, parsed(text), now()));
}

function refusalOf({ status, headers }: Response, body: unknown, now: number): Refusal {
  const { error, error_description, errors, required, mint_again, request_id } = fieldsOf(body);
  const code = isErrorCode(error) ? error : "unknown";
  return {
    status,
    code,
    sentence: typeof error_description === "string" ? error_description : `The server answered ${status}.`,
    fieldErrors: Array.isArray(errors) ? errors : [],
    required: typeof required === "string" ? (required as Refusal["required"]) : undefined,
    mintAgain: mint_again === true,
    requestId: typeof request_id === "string" ? request_id : (headers.get("x-request-id") ?? undefined),
    retryAfterSeconds: retryAfterSeconds(headers.get("retry-after"), now),
  };
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfterSeconds(value: string | null, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** Reads JSON. Throws `UnreachableError` without what was received, which may hold a token. */
export async function jsonOf(response: Response, url: string): Promise<unknown> {
  const body = parsed(await response.text());
  if (body === undefined) throw new UnreachableError(`The answer of ${new URL(url).origin} was not JSON.`);
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}
