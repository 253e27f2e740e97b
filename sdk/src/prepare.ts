import { ValidationError } from "./errors.ts";
import type { Body } from "./http.ts";
import { randomText } from "./random.ts";
import type { Route } from "./table.ts";

/** What is said about a call, beside its input. */
export interface CallOptions {
  /** Ends the call; what the server did until then stays done. */
  signal?: AbortSignal;
  /**
   * Makes this call and every other with the same key one deed, for 24 hours. Made for each call unless told. Only for those
   * that are sent with POST: what others do twice is done once.
   */
  idempotencyKey?: string;
  /** The answer without the deed. */
  dryRun?: boolean;
  /** Write only if what is written still has this revision; else `ConflictError` with both sides. */
  expectedRevision?: number;
}

/** A request below the server's origin, without the token. */
export interface Prepared {
  readonly method: Route["method"];
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | undefined;
}

/**
 * The request of an operation (spec "5. Resource API"): fields of the path, of headers, and of the query (GET, DELETE, files)
 * or a JSON body. Throws `ValidationError` for a field of the path that is missing: no address has an empty part.
 */
export function prepare(
  { method, path, once, sendsFile, headers: fieldHeaders = {} }: Route,
  input: Readonly<Record<string, unknown>>,
  { idempotencyKey, dryRun, expectedRevision }: CallOptions,
): Prepared {
  const rest: Record<string, unknown> = { ...input };
  const take = (name: string) => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => segment(name, take(name)));
  const headers: Record<string, string> = {};
  for (const [field, header] of Object.entries(fieldHeaders)) {
    const value = take(field);
    if (value !== undefined) headers[header] = String(value);
  }
  if (once) headers["Idempotency-Key"] = idempotencyKey ?? randomText();
  if (expectedRevision !== undefined) headers["If-Match"] = `"${expectedRevision}"`;
  let body: Body | undefined;
  if (sendsFile) {
    headers["Content-Type"] = String(take("contentType") ?? "application/octet-stream");
    body = take("content") as Body;
  }
  for (const [name, value] of Object.entries(headers)) {
    // Runtimes refuse it in words of their own, as if the server could not be reached.
    if (!/^[\x20-\x7e]*$/.test(value)) throw invalid(`The header ${name} takes letters of ASCII alone.`);
  }
  const asQuery = method === "GET" || method === "DELETE" || sendsFile;
  if (!asQuery) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(rest);
  }
  const query = new URLSearchParams();
  for (const [name, value] of asQuery ? Object.entries(rest) : []) {
    if (value !== undefined) query.set(name, String(value));
  }
  if (dryRun) query.set("dry_run", "true");
  const search = query.size > 0 ? `?${query}` : "";
  return { method, path: filled + search, headers, body };
}

/** A part of an address. `.` and `..` would be taken for folders by whoever resolves it, and half a letter is none. */
export function segment(name: string, value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  if (/^\.{0,2}$|\p{Surrogate}/u.test(text)) {
    throw invalid(`The field ${name} is missing, or it is no part of an address.`);
  }
  return encodeURIComponent(text);
}

function invalid(sentence: string): ValidationError {
  return new ValidationError({ status: 400, code: "invalid_request", sentence });
}
