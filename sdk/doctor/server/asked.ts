import type { IncomingMessage } from "node:http";

/** A request of the app, as far as the doctor looks at it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly bearer: string;
  readonly form: URLSearchParams;
}

const MOST_BYTES = 1_000_000;

/** Reads a request, its credentials from wherever they may stand. Throws for a body that is too long. */
export async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error("too much");
    chunks.push(chunk);
  }
  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
  // RFC 6749 §2.3.1: the secret may stand in the header.
  if (/^basic$/i.test(scheme)) {
    const [, secret = ""] = Buffer.from(value, "base64").toString("utf8").split(":");
    form.set("client_secret", decodeURIComponent(secret));
  }
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  return {
    method: request.method ?? "GET",
    path: pathname,
    bearer: /^bearer$/i.test(scheme) ? value : "",
    form,
  };
}
