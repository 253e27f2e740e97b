import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "./settings.ts";

const TIMEOUT_MS = 30_000;
/** A person is looking at a loading page: a longer wait is told instead of waited. */
const PATIENCE_SECONDS = 5;

/** A refusal by Parlance: `{ "error": code, "error_description": sentence, … }`. */
export class ParlanceError extends Error {
  readonly status: number;
  readonly code: string;
  /** With `missing_scope`: the scope that the call needs. */
  readonly requiredScope: string | undefined;
  /** With `missing_scope`: the grant holds the scope by now, this token is merely older. */
  readonly mintAgain: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly fieldErrors: { pointer: string; expected?: string; found?: string }[];
  readonly requestId: string | undefined;

  // biome-ignore lint/suspicious/noExplicitAny: a foreign body, read field by field right here
  constructor(status: number, body: any, retryAfterSeconds?: number) {
    super(String(body?.error_description ?? `Parlance answered with status ${status}.`));
    this.status = status;
    this.code = String(body?.error ?? "unknown");
    this.requiredScope = body?.required;
    this.mintAgain = body?.mint_again === true;
    this.fieldErrors = Array.isArray(body?.errors) ? body.errors : [];
    this.requestId = body?.request_id;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer at all: wrong address, server down, or slower than the time limit. */
export class UnreachableError extends Error {}

export interface Metadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  authorization_response_iss_parameter_supported?: boolean;
}

// #region discovery
/**
 * Finds the OAuth endpoints (RFC 8414) and remembers them; a failed look-up is not remembered.
 * Looked up at first use, so that this app starts in any order with Parlance.
 */
export function createDiscovery(settings: Settings): () => Promise<Metadata> {
  let known: Metadata | undefined;
  return async () => {
    if (known) return known;
    const { origin, pathname } = new URL(settings.parlanceUrl);
    const path = pathname === "/" ? "" : pathname;
    const found = await request<Metadata>(`${origin}/.well-known/oauth-authorization-server${path}`);
    // RFC 8414 §3.3: a document that names another issuer must not be used.
    if (found.issuer !== settings.parlanceUrl) {
      throw new Error(
        `PARLANCE_URL is ${settings.parlanceUrl}, but the server there calls itself ${found.issuer}.`,
      );
    }
    known = found;
    return known;
  };
}
// #endregion

export interface RequestOptions {
  method?: "GET" | "POST" | "DELETE";
  bearer?: string;
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

/**
 * One call to Parlance. Answers the parsed body, undefined for 204.
 * Throws ParlanceError for every refusal and UnreachableError when no answer came. A 429 with a short
 * `Retry-After` is waited for once; it was refused before anything happened, so repeating it is safe.
 */
export async function request<Answer>(url: string, options: RequestOptions = {}): Promise<Answer> {
  const first = await send(url, options);
  const response = await afterRateLimit(first, () => send(url, options));
  const body = await parse(response);
  if (!response.ok) throw new ParlanceError(response.status, body, retryAfterSeconds(response));
  return body as Answer;
}

// #region rate-limit
async function afterRateLimit(response: Response, again: () => Promise<Response>): Promise<Response> {
  const seconds = response.status === 429 ? retryAfterSeconds(response) : undefined;
  if (seconds === undefined || seconds > PATIENCE_SECONDS) return response;
  await response.body?.cancel();
  await sleep(seconds * 1000);
  return again();
}
// #endregion

async function send(url: string, { method, bearer, json, form, headers }: RequestOptions): Promise<Response> {
  const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
  try {
    return await fetch(url, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        accept: "application/json",
        ...(json !== undefined && { "content-type": "application/json" }),
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body,
      // Tokens and codes travel in these requests: they go where we sent them or nowhere.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new UnreachableError(`No answer from ${new URL(url).origin}.`, { cause });
  }
}

async function parse(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch {
    if (!response.ok) return undefined;
    // Without the cause: a parser's error quotes the body, and a body may hold a token.
    throw new UnreachableError(`The answer of ${new URL(response.url).origin} was not JSON.`);
  }
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfterSeconds(response: Response): number | undefined {
  const value = response.headers.get("retry-after");
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
