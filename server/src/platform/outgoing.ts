import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import type { Config } from "./config.ts";

interface OutgoingLimits {
  readonly maxBytes: number;
  /** The time for the whole exchange, look-up and body included. */
  readonly timeoutMs: number;
  /** The `Accept` header. */
  readonly accept: string;
}

/** Why something outside could not be fetched; the message is a sentence fit for the person who named the address. */
export class OutgoingError extends Error {
  /** The HTTP status of an answer that is the reason; undefined where none came. */
  readonly status: number | undefined;

  constructor(message: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.status = status;
  }
}

export type OutgoingConfig = Pick<Config, "ALLOW_PRIVATE_TARGETS">;

/** How a host name becomes addresses; tests hand in their own. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/**
 * Fetches an address that a stranger chose, without letting it reach what only this machine can reach: HTTPS only, no
 * special-use address, no redirect, bounded size and time. It connects to the very addresses that it checked, so a name
 * that resolves differently a moment later gains nothing. ALLOW_PRIVATE_TARGETS lifts the first two.
 * Throws `OutgoingError`.
 */
export async function fetchOutside(
  config: OutgoingConfig,
  address: string,
  limits: OutgoingLimits,
  resolve?: Resolve,
): Promise<Buffer> {
  return (await fetchWithHeaders(config, address, limits, resolve)).body;
}

/** The same, with the headers of the answer. */
export async function fetchWithHeaders(
  config: OutgoingConfig,
  address: string,
  limits: OutgoingLimits,
  resolve: Resolve = resolveWithSystem,
): Promise<{ body: Buffer; headers: Partial<Record<string, string>> }> {
  const anywhere = config.ALLOW_PRIVATE_TARGETS;
  const url = checkedUrl(address, anywhere);
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await send(url, limits, signal, anywhere ? undefined : guardedLookup(resolve));
    const body = await readBody(response, limits.maxBytes);
    return { body, headers: single(response.headers) };
  } catch (error) {
    if (error instanceof OutgoingError) throw error;
    if (signal.aborted) throw new OutgoingError("The address did not answer in time.");
    throw new OutgoingError("The address could not be reached.", { cause: error });
  }
}

/** Whether an address leads to the same host from everywhere on the internet (RFC 6890). */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast") return false;
  // What is not global unicast is not assigned or carries an IPv4 address inside (RFC 4291 §2.5.5.1).
  return address.kind() === "ipv4" || (address as ipaddr.IPv6).match(ipaddr.IPv6.parse("2000::"), 3);
}

function checkedUrl(address: string, anywhere: boolean): URL {
  if (!URL.canParse(address)) throw new OutgoingError("This is not an address.");
  const url = new URL(address);
  if (url.protocol !== "https:" && !(anywhere && url.protocol === "http:")) {
    throw new OutgoingError("The address must begin with https://.");
  }
  if (url.username || url.password) throw new OutgoingError("The address must not have a user or password.");
  // An address in figures is never looked up, so it is checked here.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!anywhere && isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic();
  return url;
}

function send(
  url: URL,
  limits: OutgoingLimits,
  signal: AbortSignal,
  lookup: LookupFunction | undefined,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, {
      // A connection of its own: one pooled from another request would not have passed this look-up.
      agent: false,
      signal,
      ...(lookup && { lookup }),
      headers: { accept: limits.accept, "accept-encoding": "identity", "user-agent": "Parlance" },
    })
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  try {
    if (response.statusCode !== 200) {
      throw new OutgoingError(`The address answered ${response.statusCode} instead of 200.`, {
        ...(response.statusCode && { status: response.statusCode }),
      });
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes)
        throw new OutgoingError(`The answer is larger than ${maxBytes} bytes.`, { status: 200 });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}

/** Headers that came several times say nothing that two readers would agree on. */
function single(headers: IncomingHttpHeaders): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** Looks up once for both the check and the connection. One special-use address among several refuses them all. */
function guardedLookup(resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const [first] = found;
        if (!first || !found.every((entry) => isPublicAddress(entry.address))) callback(notPublic(), "", 0);
        else if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}

function resolveWithSystem(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });
}

function notPublic(): OutgoingError {
  return new OutgoingError("The address does not lead to the public internet.");
}
