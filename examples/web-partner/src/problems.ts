import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Environment } from "./app.ts";
import { AuthorizationError, CallbackError } from "./connect.ts";
import { problemPage } from "./pages.ts";
import { ParlanceError, UnreachableError } from "./parlance.ts";
import { ConnectionRevokedError } from "./tokens.ts";

/** What a person is told when something failed. Every one names what happened and has one next step. */
export interface Problem {
  status: ContentfulStatusCode;
  title: string;
  sentence: string;
  details?: string[];
  /** The next step is to authorize again. */
  reconnect?: boolean;
}

/** The one place where errors become pages. */
export function problem(error: Error, c: Context<Environment>): Response | Promise<Response> {
  // Not an error page but a state of the connection, which its own page shows with "Reconnect".
  if (error instanceof ConnectionRevokedError) return c.redirect(`/connections/${error.connectionId}`, 303);

  const told = tell(error);
  if (told.status >= 500) console.error(error);
  if (error instanceof ParlanceError && error.retryAfterSeconds) {
    c.header("Retry-After", String(error.retryAfterSeconds));
  }
  return c.html(problemPage(told, c.get("connection"), c.req.param("projectId")), told.status);
}

export function notFound(c: Context): Response | Promise<Response> {
  return c.html(
    problemPage({ status: 404, title: "Nothing here", sentence: "This page does not exist." }),
    404,
  );
}

export function tell(error: unknown): Problem {
  if (error instanceof ParlanceError) return tellRefusal(error);
  if (error instanceof CallbackError) {
    return {
      status: 400,
      title: "Not connected",
      sentence: error.message,
      details: ["Begin again from the start page."],
    };
  }
  if (error instanceof AuthorizationError) {
    return {
      status: 400,
      title: "Not connected",
      sentence: error.message,
      details: [`Reason: ${error.code}`],
    };
  }
  if (error instanceof UnreachableError) {
    return {
      status: 502,
      title: "Parlance cannot be reached",
      sentence: `${error.message} Try again shortly.`,
    };
  }
  return { status: 500, title: "Something went wrong", sentence: "This app failed; its log says why." };
}

function tellRefusal(error: ParlanceError): Problem {
  switch (error.code) {
    case "missing_scope":
      return {
        status: 403,
        title: "Not allowed yet",
        sentence: `This needs the permission ${error.requiredScope}, which was not given to this app.`,
        details: ["Reconnect and switch it on, or go on without."],
        reconnect: true,
      };
    case "rate_limited":
      return {
        status: 429,
        title: "Too many requests",
        sentence: `Parlance asks to wait ${error.retryAfterSeconds ?? 60} seconds before the next try.`,
      };
    case "invalid_grant":
      return {
        status: 400,
        title: "Not connected",
        sentence: "The code was no longer good. Connect once more.",
      };
    case "invalid_client":
      return {
        status: 502,
        title: "This app is not set up right",
        sentence:
          "Parlance does not know it, or its secret is wrong. Check PARLANCE_CLIENT_ID and PARLANCE_CLIENT_SECRET.",
      };
  }
  return {
    status: error.status >= 500 ? 502 : (error.status as ContentfulStatusCode),
    title: "Parlance refused this",
    sentence: error.message,
    details: [
      ...error.fieldErrors.map(({ pointer, expected, found }) =>
        [pointer, expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean).join(": "),
      ),
      ...(error.requestId ? [`Request: ${error.requestId}`] : []),
    ],
  };
}
