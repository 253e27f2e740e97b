import type { IncomingMessage, ServerResponse } from "node:http";
import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import type { Config } from "../platform/config.ts";
import { STRICT_TRANSPORT } from "../platform/strict-transport.ts";
import { type Encoding, matchesEtag } from "./negotiate.ts";

/** Names and values in turn: the form in which Node sends headers fastest. */
export type FlatHeaders = readonly string[];

/** One file in one encoding, with its headers ready to send. */
export interface Representation {
  bytes: Buffer;
  etag: string;
  headers: string[];
  notModifiedHeaders: string[];
  /** Sent instead of `headers` to the client whose request made the body. */
  firstHeaders?: string[];
}

/** A manifest is never cached longer than messages, so a client that sees a new version also gets its files. */
const CACHE_CONTROL = {
  manifest: "public, max-age=30, s-maxage=30, stale-while-revalidate=30",
  messages: "public, max-age=60, s-maxage=60, stale-while-revalidate=60",
  fixed: "public, max-age=31536000, s-maxage=31536000, immutable",
  error: "public, max-age=10",
} as const;

/** Open to every origin: nothing here is private (CDN contract §5). */
const OPEN = [
  ...["Access-Control-Allow-Origin", "*"],
  ...["Access-Control-Expose-Headers", "ETag"],
  ...["X-Content-Type-Options", "nosniff"],
];
const JSON_TYPE = ["Content-Type", "application/json; charset=utf-8"];
const METHODS = "GET, HEAD, OPTIONS";
const PREFLIGHT = [
  ...["Access-Control-Allow-Methods", METHODS],
  ...["Access-Control-Allow-Headers", "Cache-Control, If-None-Match, Accept-Encoding, Pragma, *"],
  ...["Access-Control-Max-Age", "86400"],
];
const RETRY_AFTER_SECONDS = 1;

/** A strong ETag differs per encoding, because the bytes do (RFC 9110 §8.8.3.3). */
const ETAG_SUFFIX = { identity: "", gzip: "-gz", br: "-br" } as const;

/** What every answer carries. */
export function fixedHeaders({ CDN_URL }: Pick<Config, "CDN_URL">): FlatHeaders {
  return CDN_URL.startsWith("https:") ? [...OPEN, ...Object.entries(STRICT_TRANSPORT).flat()] : OPEN;
}

interface Body {
  kind: "manifest" | "messages";
  /** What every answer carries. */
  always: FlatHeaders;
  /** Never changes, so it may be cached for ever. */
  fixed: boolean;
  /** `{project id}@{channel or release}`, for caches in front: a publish purges this, a deletion all of the project. */
  tag: string;
  hash: string;
  encoding: Encoding;
  bytes: Buffer;
  /** The counts of a batch (CDN contract §6). */
  counts?: string[] | undefined;
}

export function represent({ kind, always, fixed, tag, hash, encoding, bytes, counts }: Body): Representation {
  const etag = `"${hash}${ETAG_SUFFIX[encoding]}"`;
  const project = tag.slice(0, tag.indexOf("@"));
  const shared = [
    ...always,
    ...["ETag", etag, "Vary", "Accept-Encoding"],
    ...["Cache-Control", CACHE_CONTROL[fixed ? "fixed" : kind]],
    ...["Cache-Tag", `${project},${tag}`, "Surrogate-Key", `${project} ${tag}`],
  ];
  const encoded = encoding === "identity" ? [] : ["Content-Encoding", encoding];
  const headers = [...JSON_TYPE, ...shared, ...encoded, "Content-Length", String(bytes.length)];
  const plain = { bytes, etag, headers, notModifiedHeaders: shared };
  if (!counts) return plain;
  return {
    ...plain,
    headers: [...headers, ...counts, "X-Cache-Status", "HIT"],
    firstHeaders: [...headers, ...counts, "X-Cache-Status", "MISS"],
  };
}

export function sendFile(request: IncomingMessage, response: ServerResponse, file: Representation): void {
  if (matchesEtag(request.headers["if-none-match"], file.etag)) {
    response.writeHead(304, file.notModifiedHeaders).end();
  } else {
    response.writeHead(200, file.headers);
    if (request.method === "HEAD") response.end();
    else response.end(file.bytes);
  }
}

export function sendPreflight(response: ServerResponse, always: FlatHeaders): void {
  response.writeHead(204, [...always, ...PREFLIGHT]).end();
}

export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  always: FlatHeaders,
  { code, message = ERRORS[code].sentence }: { code: ErrorCode; message?: string },
): void {
  const { status } = ERRORS[code];
  const body = Buffer.from(JSON.stringify({ error: code, error_description: message }));
  const headers = [...JSON_TYPE, ...always, "Content-Length", String(body.length), "Cache-Control"];
  headers.push(status < 500 ? CACHE_CONTROL.error : "no-store");
  if (code === "method_not_allowed") headers.push("Allow", METHODS);
  if (code === "temporarily_unavailable") headers.push("Retry-After", String(RETRY_AFTER_SECONDS));
  response.writeHead(status, headers);
  response.end(request.method === "HEAD" ? undefined : body);
}
