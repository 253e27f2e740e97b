import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { getRequestListener } from "@hono/node-server";
import type { Arrival } from "./arrival.ts";
import { dropRest } from "./drop-rest.ts";
import type { Log } from "./log.ts";
import { STRICT_TRANSPORT } from "./strict-transport.ts";

const STRICT = new Map(Object.entries(STRICT_TRANSPORT));

export type Headers = Readonly<Record<string, string>>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** In one piece, or as it is made. */
  readonly body?: string | AsyncIterable<Uint8Array> | undefined;
}

interface Parts {
  readonly ctx: { readonly config: { readonly secure: boolean }; readonly log: Log };
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrival: Arrival;
}

/** Writes the answer of one request, and its line of the log. */
export class Sender {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** One of the web's own goes out as the library behind it made it, without its body being read on the way. */
  send(answer: HttpAnswer | Response): void {
    if (answer instanceof Response) this.#forward(answer);
    else this.#send(answer);
  }

  #send({ status, headers, body }: HttpAnswer): void {
    const { request, response } = this.#parts;
    if (typeof body === "object") {
      this.#sendStream(status, headers, body);
      return;
    }
    const length = body === undefined ? undefined : { "Content-Length": String(Buffer.byteLength(body)) };
    if (request.readableDidRead && !request.complete) {
      // Who is still sending would meet a closed connection and never see the answer.
      this.#begin(status, { ...headers, ...length, Connection: "close" });
      if (body !== undefined) response.write(body);
      void dropRest(request).then(() => response.end());
      return;
    }
    this.#begin(status, { ...headers, ...length });
    // Answers of one turn of the event loop go out one after the other: each by itself would wake its reader in between.
    setImmediate(() => response.end(body));
  }

  #forward(answer: Response): void {
    const { ctx, request, response, arrival } = this.#parts;
    if (ctx.config.secure) response.setHeaders(STRICT);
    arrival.answered(answer.status);
    void getRequestListener(() => answer)(request, response);
  }

  /** Where that fails the connection is cut, so that nobody takes the part for the whole. */
  #sendStream(status: number, headers: Headers, body: AsyncIterable<Uint8Array>): void {
    const { ctx, response, arrival } = this.#parts;
    this.#begin(status, headers);
    pipeline(Readable.from(body), response).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ERR_STREAM_PREMATURE_CLOSE") return;
      ctx.log.error({ err: error, requestId: arrival.requestId }, "an answer could not be sent to its end");
    });
  }

  #begin(status: number, headers: Headers): void {
    const { ctx, response, arrival } = this.#parts;
    response.writeHead(status, ctx.config.secure ? { ...headers, ...STRICT_TRANSPORT } : headers);
    arrival.answered(status);
  }
}
