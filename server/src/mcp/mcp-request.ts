import type { AuthInfo } from "@modelcontextprotocol/server";
import type { Refusal } from "../access/refusal.ts";
import type { Caller } from "../context.ts";
import type { Taken } from "../platform/rate-limit.ts";

/** What the messages of one HTTP request share. */
export interface McpRequest {
  readonly caller: Caller;
  readonly findAgain: () => Promise<Caller>;
  readonly address: string;
  readonly requestId: string;
  /** Aborted when the client has gone away, or others need the room that its message takes. */
  readonly gone: AbortSignal;
  /** As the agent calls its session; we have none. */
  readonly session: string | null;
  /** The refusals of its calls, and their windows: some are answered by the HTTP around. */
  readonly refusals: Refusal[];
  readonly rates: Taken[];
}

/** The library hands this on to handlers, and asks for a token, which is none of their business. */
export function asAuthInfo(request: McpRequest): AuthInfo {
  return { token: "", clientId: "", scopes: [], extra: { request } };
}

/** Throws when the library lost what it was given. */
export function requestOf(authInfo: AuthInfo | undefined): McpRequest {
  const request = authInfo?.extra?.request;
  if (!request) throw new Error("A message came without its request.");
  return request as McpRequest;
}
