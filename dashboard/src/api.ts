import routes from "virtual:contract-routes";
import type { FieldError } from "@parlance/contract/errors";
import type { OperationName, Output, Request as Sent } from "@parlance/contract/operations";

/**
 * Does one operation of the contract as the person who is signed in: `call("apps.list", { organizationId })`. Types come
 * from the contract, method and address from its build-time extract. Throws `ApiProblem`; without a session it leaves
 * for the sign-in page and never resolves. `dryRun` answers what a write would do without doing it.
 */
export function call<Name extends OperationName>(
  name: Name,
  input: Sent<Name>,
  signal?: AbortSignal,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<Output<Name>> {
  const { method, address, rest } = routeOf(name, input);
  if (method === "GET" || method === "DELETE") return send(method, addressOf(name, input), undefined, signal);
  return send(method, dryRun ? `${address}?dry_run=true` : address, rest, signal);
}

/** Where an operation that reads is found, for a link: path parameters and query filled in. */
export function addressOf<Name extends OperationName>(name: Name, input: Sent<Name>): string {
  const { address, rest } = routeOf(name, input);
  return address + asQuery(rest);
}

/** Method and path of an operation, and what of the input the path does not hold. */
export function routeOf<Name extends OperationName>(name: Name, input: Partial<Sent<Name>>) {
  const route = routes[name];
  if (!route) throw new Error(`${name} cannot be called with a session`);
  return fillIn(route, input as object);
}

/** The same for any route. */
export function fillIn([method, path]: readonly [method: string, path: string], input: object) {
  const rest: Record<string, unknown> = { ...input };
  const address = path.replace(/:(\w+)/g, (_, parameter: string) => {
    const value = String(rest[parameter]);
    delete rest[parameter];
    return encodeURIComponent(value);
  });
  return { method, address, rest };
}

/** The same for addresses of the sign-in library, which are no operations. */
export async function send<Answer>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiProblem({ status: 0, code: "unreachable", description: "" });
  });
  if (response.status === 401) return leaveForSignIn();
  return answerOf(response);
}

/** What the server answered; throws `ApiProblem` when it refused. */
export async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (response.status === 204) return undefined as Answer;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as Answer;
  throw problemOf(response, answer);
}

/** To the sign-in page, which leads back here. */
export function leaveForSignIn(): Promise<never> {
  const here = location.pathname + location.search;
  location.assign(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`);
  return new Promise(() => {});
}

/** What the server refused and why. `message` is a sentence for people; `status` 0 means it was not reached. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fieldErrors: FieldError[];
  readonly requestId: string | null;

  constructor(problem: {
    status: number;
    code: string;
    description: string;
    fieldErrors?: FieldError[];
    requestId?: string | null;
    retryAfterSeconds?: number;
  }) {
    super(sentence(problem));
    this.status = problem.status;
    this.code = problem.code;
    this.fieldErrors = problem.fieldErrors ?? [];
    this.requestId = problem.requestId ?? null;
  }

  /** What is wrong with one field of the input, such as `name` or `redirectUris`; null when nothing is. */
  field(name: string): string | null {
    const found = this.fieldErrors.find(
      ({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`),
    );
    if (!found) return null;
    if (!found.expected) return this.message;
    const expected = found.expected.replace(/\.$/, "");
    if (expected.startsWith("must ")) return `It ${expected}.`;
    return /^[A-Z]/.test(expected) ? `${expected}.` : `Expected: ${expected}.`;
  }
}

/** A sentence for anything that was thrown. */
export function explain(error: unknown): string {
  return error instanceof ApiProblem ? error.message : "Something went wrong on this page. Load it again.";
}

function sentence({
  status,
  description,
  retryAfterSeconds,
}: {
  status: number;
  description: string;
  retryAfterSeconds?: number;
}) {
  if (status === 0) return "The server could not be reached. Check your connection and try again.";
  if (status === 429) {
    return `Too many requests. Try again ${retryAfterSeconds ? `in ${retryAfterSeconds} seconds` : "in a minute"}.`;
  }
  if (status >= 500) return "The server could not finish this. Try again in a moment.";
  return description || "The server refused this.";
}

/** Ours speak `{error, error_description}`, the sign-in library `{code, message}`. */
function problemOf(response: Response, answer: unknown): ApiProblem {
  const body = (answer ?? {}) as Record<string, unknown>;
  const text = (...names: string[]) =>
    names.map((name) => body[name]).find((value) => typeof value === "string");
  return new ApiProblem({
    status: response.ok ? 502 : response.status,
    code: text("error", "code") ?? "",
    description: text("error_description", "message") ?? "",
    fieldErrors: Array.isArray(body.errors) ? (body.errors as FieldError[]) : [],
    requestId: text("request_id") ?? response.headers.get("x-request-id"),
    retryAfterSeconds: Number(response.headers.get("retry-after")) || 0,
  });
}

function asQuery(fields: Record<string, unknown>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query && `?${query}`;
}
