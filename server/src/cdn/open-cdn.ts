import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { ConfigError } from "../platform/config.ts";
import { originForm } from "../platform/incoming.ts";
import { Lru } from "../platform/lru.ts";
import { type Address, isMade, parseAddress } from "./address.ts";
import { openLibrary } from "./library.ts";
import { chooseEncoding } from "./negotiate.ts";
import { fixedHeaders, type Representation, sendError, sendFile, sendPreflight } from "./respond.ts";

const MOST_ADDRESS_CHARACTERS = 4 * 1024 * 1024;
/** What an entry weighs besides its text, estimated. */
const ADDRESS_OVERHEAD = 500;

interface Cdn {
  /** Answers a request for an address of the CDN; returns false, without doing anything, for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * Serves published files below CDN_URL, without Hono, and without waiting when they are in memory. The host is compared
 * only when that of CDN_URL differs from that of PUBLIC_URL.
 */
export function openCdn(context: Context): Cdn {
  const belowBase = basePath(context.config);
  const always = fixedHeaders(context.config);
  const library = openLibrary(context);
  // The same few are requested again and again, and parsing one costs as much as finding its body.
  const addresses = new Lru<Address>(MOST_ADDRESS_CHARACTERS);

  const send = (request: IncomingMessage, response: ServerResponse, file: Representation | null) => {
    if (file) sendFile(request, response, file);
    else sendError(request, response, always, { code: "not_found" });
  };

  const read = (url: string, below: string): Address | undefined => {
    const mark = below.indexOf("?");
    const path = mark === -1 ? below : below.slice(0, mark);
    const address = parseAddress(path, mark === -1 ? undefined : below.slice(mark + 1));
    // Of those there are as many as strangers care to ask for.
    if (address && !isMade(address)) addresses.set(url, address, url.length + ADDRESS_OVERHEAD);
    return address;
  };

  const serve = (request: IncomingMessage, response: ServerResponse, below: string) => {
    // Looked up by the whole URL, which costs less than taking a part of it.
    const address = addresses.get(request.url ?? "") ?? read(request.url ?? "", below);
    const encoding = chooseEncoding(request.headers["accept-encoding"] as string | undefined);
    const known = address ? library.peek(address, encoding) : null;
    if (known !== undefined || !address) return send(request, response, known ?? null);
    library
      .find(address, encoding)
      .then((file) => send(request, response, file))
      .catch((error) => {
        if (error instanceof ApiError) return sendError(request, response, always, error);
        context.log.error({ err: error, path: below }, "cdn");
        sendError(request, response, always, { code: "temporarily_unavailable" });
      });
  };

  return {
    handle(request, response) {
      const path = belowBase(request);
      if (path === undefined) return false;
      if (request.method === "OPTIONS") sendPreflight(response, always);
      else if (request.method === "GET" || request.method === "HEAD") serve(request, response, path);
      else sendError(request, response, always, { code: "method_not_allowed" });
      return true;
    },
  };
}

/** Path and query below the CDN's base; undefined for addresses that are not the CDN's. */
function basePath(config: Context["config"]): (request: IncomingMessage) => string | undefined {
  const base = new URL(config.CDN_URL);
  const prefix = `${base.pathname.replace(/\/$/, "")}/`;
  const host = base.host === new URL(config.PUBLIC_URL).host ? null : base.host;
  if (prefix === "/" && host === null) {
    throw new ConfigError(
      "The setting CDN_URL is wrong: on the host of PUBLIC_URL it needs a path, such as /cdn.",
    );
  }
  return (request) => {
    const url = originForm(request.url ?? "");
    if (!url.startsWith(prefix)) return undefined;
    if (host !== null && request.headers.host?.toLowerCase() !== host) return undefined;
    return url.slice(prefix.length);
  };
}
