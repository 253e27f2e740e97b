/** What a call came back with when it was not a success; `status` 0 means that the server was not reached. */
export class CallError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    requestId: string | null,
    retryAfterSeconds: number | null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function getJson<Answer>(path: string): Promise<Answer> {
  return call(path, { method: "GET" });
}

export function postJson<Answer>(path: string, body: unknown): Promise<Answer> {
  return call(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** A sentence for people, whatever went wrong. */
export function explain(error: unknown): string {
  if (!(error instanceof CallError)) return "Something went wrong on this page. Load it again.";
  if (error.status === 0) return "The server could not be reached. Check your connection and try again.";
  if (error.status === 429) {
    const wait = error.retryAfterSeconds;
    return wait
      ? `Too many tries. Wait ${wait} seconds, then try again.`
      : "Too many tries. Wait a minute, then try again.";
  }
  if (error.status >= 500) return "The server could not finish this. Nothing was changed; try again.";
  return error.message || "The server refused this.";
}

async function call<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      credentials: "same-origin",
      headers: { accept: "application/json", ...init.headers },
    });
  } catch {
    throw new CallError(0, "unreachable", "", null, null);
  }
  const body = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as Answer;
  throw failure(response, body);
}

/** Ours speak `{error, error_description}`, the sign-in library `{code, message}`. */
function failure(response: Response, body: unknown): CallError {
  const fields = (body ?? {}) as Record<string, unknown>;
  const text = (...names: string[]) =>
    names.map((name) => fields[name]).find((value) => typeof value === "string");
  const wait = Number(response.headers.get("retry-after") ?? response.headers.get("x-retry-after"));
  return new CallError(
    response.ok ? 502 : response.status,
    String(text("error", "code") ?? ""),
    String(text("error_description", "message") ?? ""),
    String(text("request_id") ?? response.headers.get("x-request-id") ?? "") || null,
    Number.isFinite(wait) && wait > 0 ? Math.ceil(wait) : null,
  );
}
