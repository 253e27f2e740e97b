import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";

/** The value of a header, whatever the case of its name; null without one. */
export interface HeaderFields {
  get(name: string): string | null;
}

/** What is read of a request: the same of Node's own and of the web's. */
export interface Incoming {
  readonly headers: HeaderFields;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** A request of `node:http`. Who stops reading its body in the middle leaves the connection open, for an answer to go out. */
export function incomingOf(request: IncomingMessage): Incoming {
  const { headers } = request;
  return {
    headers: {
      get(name) {
        const value = headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    get body() {
      return request.iterator({ destroyOnReturn: false });
    },
  };
}

/**
 * Throws where a header is missing or there twice that has to be there once: servers and proxies differ in which of two they
 * believe (RFC 9112 §3.2 on Host).
 */
export function refuseAmbiguous({ headers, rawHeaders }: IncomingMessage): void {
  let hosts = 0;
  let credentials = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
    else if (name.length === 13 && name.toLowerCase() === "authorization") credentials++;
  }
  if (headers.host !== undefined && hosts <= 1 && credentials <= 1) return;
  throw new ApiError("invalid_request", "Send Host once, and Authorization once at the most.");
}

/** Path and query: a proxy may send the whole address in the request line (RFC 9112 §3.2.2). */
export function originForm(url: string): string {
  return url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/]*/i, "");
}
