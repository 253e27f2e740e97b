import {
  InsufficientScopeError,
  OAuthClientFlowError,
  OAuthError,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
} from "@modelcontextprotocol/client";
import { withoutCredentials } from "./log.ts";
import { EXIT, Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";

const TIMED_OUT: ReadonlySet<string> = new Set([SdkErrorCode.RequestTimeout]);

/** What went wrong, in words for the person and the model, with the code that the program would end with. */
export function explain(error: unknown, settings: Settings): Problem {
  if (error instanceof Problem) return error;
  const { message, exitCode } = inWords(error, settings);
  return new Problem(withoutCredentials(message, settings.key), exitCode, { cause: error });
}

function inWords(error: unknown, settings: Settings): Problem {
  const { origin } = settings.url;
  if (error instanceof SdkHttpError) return ofAnswer(error, origin);
  if (error instanceof InsufficientScopeError) {
    return new Problem(
      `The permission for this is missing. ${needOf(error)} A key with it, or the person, can give it.`,
      EXIT.refused,
    );
  }
  if (error instanceof OAuthClientFlowError || error instanceof OAuthError) {
    return new Problem(`The sign-in did not work: ${short(error.message)}`, EXIT.refused);
  }
  if (error instanceof SdkError && error.code === SdkErrorCode.EraNegotiationFailed && error.cause) {
    return explain(error.cause, settings);
  }
  if (error instanceof SdkError && TIMED_OUT.has(error.code)) {
    return new Problem(`The server at ${origin} did not answer in time. Try again.`, EXIT.unreachable);
  }
  const file = fileOf(error);
  if (file) {
    return new Problem(`The sign-in cannot be kept: ${file.code} at ${file.path}.`, EXIT.usage);
  }
  const reason = networkReason(error);
  if (reason !== null) {
    return new Problem(
      `The server at ${origin} cannot be reached (${reason}). Is it running, and is BETTER_I18N_MCP_URL right?`,
      EXIT.unreachable,
    );
  }
  return new Problem(short(error instanceof Error ? error.message : String(error)), EXIT.unreachable);
}

/** What is missing, in the server's words where it has some: its scopes are all to ask for, those that are held among them. */
export function needOf({ errorDescription, requiredScope }: InsufficientScopeError): string {
  if (errorDescription) return short(errorDescription);
  return `It needs the scopes: ${requiredScope || "not named by the server"}.`;
}

/** What the protocol itself refused; it goes to the agent as it came. */
export function isOfProtocol(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError;
}

function ofAnswer({ status, data: { text } }: SdkHttpError, origin: string): Problem {
  const said = bodyOf(text);
  if (status === 404) {
    return new Problem(
      `There is no MCP endpoint at ${origin}. Is BETTER_I18N_MCP_URL the address of your server?`,
      EXIT.unreachable,
    );
  }
  if (status === 429)
    return new Problem(`${said ?? "Too many calls."} Wait a minute, then go on.`, EXIT.refused);
  return new Problem(
    `The server answered ${status}${said ? `: ${said}` : "."}`,
    (status ?? 500) >= 500 ? EXIT.unreachable : EXIT.refused,
  );
}

function bodyOf(text: unknown): string | null {
  try {
    const { error_description: description, request_id: id } = JSON.parse(String(text)) as Record<
      string,
      unknown
    >;
    if (typeof description !== "string") return null;
    return short(typeof id === "string" ? `${description} (request ${id})` : description);
  } catch {
    return null;
  }
}

/** The file that could not be read or written, if that is what failed. */
function fileOf(error: unknown): { code: string; path: string } | null {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && path !== undefined && syscall !== "connect" ? { code, path } : null;
}

/** The code of a failure below HTTP: of the name look-up, the connection or its encryption. */
function networkReason(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const { code } = at as NodeJS.ErrnoException;
    if (
      !(at instanceof SdkError) &&
      typeof code === "string" &&
      /^(E[A-Z_]+|UND_ERR_\w+|\w*CERT\w*)$/.test(code)
    )
      return code;
    if (at instanceof AggregateError && at.errors.length > 0) return networkReason(at.errors[0]);
    if (at.name === "TimeoutError") return "no answer in time";
  }
  return error instanceof TypeError ? "no connection" : null;
}

function short(text: string): string {
  const line = withoutCredentials(text).replace(/\s+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 400)} …` : line;
}
