import {
  AuthorizationError,
  CallbackError,
  ClientRefusedError,
  ConnectionRevokedError,
  InvalidGrantError,
  MissingScopeError,
  RateLimitedError,
  RefusedError,
  ServerError,
  UnreachableError,
} from "@parlance/sdk";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Environment } from "./app.ts";
import { problemPage } from "./pages.ts";

/** What a person is told when something failed. */
export interface Problem {
  status: ContentfulStatusCode;
  title: string;
  sentence: string;
  details?: string[];
  /** Where the next step leads, when it is not back. */
  next?: { href: string; label: string };
}

// #region problem
/** The one place where errors become pages. */
export async function problem(error: Error, c: Context<Environment>): Promise<Response> {
  // Not an error page but a state of the connection, which the start page shows with "Reconnect".
  if (error instanceof ConnectionRevokedError) return c.redirect("/?done=revoked", 303);

  const told = await tell(error);
  if (told.status >= 500) console.error(error);
  if (error instanceof RateLimitedError) c.header("Retry-After", String(error.retryAfterSeconds ?? 60));
  return c.html(problemPage(told, c.get("connection"), c.req.param("projectId")), told.status);
}

async function tell(error: Error): Promise<Problem> {
  if (error instanceof MissingScopeError) {
    const href = (await error.authorizeUrl()) ?? "/";
    const sentence = `This needs the permission ${error.scope}, which was not given to this app.`;
    return { status: 403, title: "Not allowed yet", sentence, next: { href, label: "Ask for it" } };
  }
  if (
    error instanceof CallbackError ||
    error instanceof AuthorizationError ||
    error instanceof InvalidGrantError
  ) {
    return { status: 400, title: "Not connected", sentence: error.message };
  }
  if (error instanceof RateLimitedError) {
    const sentence = `Parlance asks to wait ${error.retryAfterSeconds ?? 60} seconds before the next try.`;
    return { status: 429, title: "Too many requests", sentence };
  }
  if (error instanceof ClientRefusedError) {
    const sentence = "Parlance does not know this app, or its secret is wrong. Its settings say which.";
    return { status: 502, title: "This app is not set up right", sentence };
  }
  if (error instanceof ServerError || error instanceof UnreachableError) {
    return {
      status: 502,
      title: "Parlance cannot do this now",
      sentence: `${error.message} Try again shortly.`,
    };
  }
  if (error instanceof RefusedError) {
    const details = error.fieldErrors.map(({ pointer, expected }) => [pointer, expected].join(": "));
    return { status: statusOf(error), title: "Parlance refused this", sentence: error.message, details };
  }
  return { status: 500, title: "Something went wrong", sentence: "This app failed; its log says why." };
}
// #endregion

function statusOf({ status }: RefusedError): ContentfulStatusCode {
  return status as ContentfulStatusCode;
}

export function notFound(c: Context): Response | Promise<Response> {
  const sentence = "This page does not exist.";
  return c.html(problemPage({ status: 404, title: "Nothing here", sentence }), 404);
}
