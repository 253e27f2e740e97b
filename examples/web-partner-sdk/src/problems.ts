import {
  AuthorizationError,
  CallbackError,
  ClientRefusedError,
  ConnectionRevokedError,
  InvalidGrantError,
  MissingScopeError,
  RateLimitedError,
  RefusedError,
  UnreachableError,
} from "@parlance/sdk";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { problemPage } from "../../web-partner/src/pages.ts";
import type { Problem } from "../../web-partner/src/problems.ts";
import { type Environment, shown } from "./app.ts";

// #region problem
/** The one place where errors become pages. */
export function problem(error: Error, c: Context<Environment>): Response | Promise<Response> {
  // Not an error page but a state of the connection, which its own page shows with "Reconnect".
  if (error instanceof ConnectionRevokedError) return c.redirect(`/connections/${error.connectionId}`, 303);
  const told = tell(error);
  if (told.status >= 500) console.error(error);
  if (error instanceof RefusedError && error.retryAfterSeconds) {
    c.header("Retry-After", String(error.retryAfterSeconds));
  }
  const connection = c.get("connection");
  return c.html(problemPage(told, connection && shown(connection), c.req.param("projectId")), told.status);
}
// #endregion

// #region tell
/** What a person is told: the server's sentence, unless there is more to do than to read it. */
export function tell(error: unknown): Problem {
  if (error instanceof MissingScopeError) {
    return {
      status: 403,
      title: "Not allowed yet",
      sentence: `This needs the permission ${error.scope}, which was not given to this app.`,
      details: ["Reconnect and switch it on, or go on without."],
      reconnect: true,
    };
  }
  if (error instanceof RateLimitedError) {
    const sentence = `Parlance asks to wait ${error.retryAfterSeconds ?? 60} seconds before the next try.`;
    return { status: 429, title: "Too many requests", sentence };
  }
  if (
    error instanceof InvalidGrantError ||
    error instanceof CallbackError ||
    error instanceof AuthorizationError
  ) {
    return {
      status: 400,
      title: "Not connected",
      sentence: error.message,
      details: ["Begin again from the start page."],
    };
  }
  if (error instanceof ClientRefusedError) {
    const sentence = "Parlance does not know it, or its secret is wrong. Check the settings.";
    return { status: 502, title: "This app is not set up right", sentence };
  }
  if (error instanceof UnreachableError) {
    return {
      status: 502,
      title: "Parlance cannot be reached",
      sentence: `${error.message} Try again shortly.`,
    };
  }
  if (error instanceof RefusedError) return refused(error);
  return { status: 500, title: "Something went wrong", sentence: "This app failed; its log says why." };
}
// #endregion

function refused({ status, message, fieldErrors, requestId }: RefusedError): Problem {
  return {
    status: status >= 500 ? 502 : (status as ContentfulStatusCode),
    title: "Parlance refused this",
    sentence: message,
    details: [
      ...fieldErrors.map(({ pointer, expected, found }) =>
        [pointer, expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean).join(": "),
      ),
      ...(requestId ? [`Request: ${requestId}`] : []),
    ],
  };
}
