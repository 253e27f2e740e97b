import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BytesAnswer, bytesAnswer, type Operation } from "@parlance/contract/operation";
import type { Answer } from "../access/perform.ts";
import type { Context } from "../context.ts";
import type { Arrival } from "../platform/arrival.ts";
import { derived } from "../platform/derived.ts";
import { type Rendered, rateHeaders } from "../platform/http-error.ts";
import type { Taken } from "../platform/rate-limit.ts";
import { STRICT_TRANSPORT } from "../platform/strict-transport.ts";
import { dropRest } from "./drop-rest.ts";

type Headers = Readonly<Record<string, string>>;

/** What RFC 6749 §5.1 asks of answers with tokens, for caches of HTTP/1.0. */
const UNCACHED_BY_OLD = { Pragma: "no-cache" };

/** An answer that was worked out from cached rows is the same again and again. */
const toJson = derived((output: object) => JSON.stringify(output));

/** Writes the answer of one request, in one piece where it is one. */
export class Sender {
  readonly #ctx: Context;
  readonly #response: ServerResponse;
  readonly #arrival: Arrival;

  constructor(ctx: Context, response: ServerResponse, arrival: Arrival) {
    this.#ctx = ctx;
    this.#response = response;
    this.#arrival = arrival;
  }

  sendAnswer(operation: Operation, answered: Answer, cors: Headers): void {
    const headers = {
      ...cors,
      ...(operation.answersCredential && UNCACHED_BY_OLD),
      ...rateHeaders(answered.rate),
      ...(answered.replayed && { "Idempotent-Replayed": "true" }),
      ...(answered.isDryRun && { "Dry-Run": "true" }),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "X-Request-Id": this.#arrival.requestId,
    };
    const { output } = answered;
    if (operation.output === bytesAnswer) this.#sendFile(output as BytesAnswer, headers);
    else if (output === undefined) this.send({ status: 204, headers });
    else {
      this.send({
        status: operation.rest.status ?? (operation.effect === "create" ? 201 : 200),
        headers: { "Content-Type": "application/json", ...headers },
        body: toJson(output as object),
      });
    }
  }

  sendRefusal(
    operation: Operation | undefined,
    { status, headers, body }: Rendered,
    more: Headers,
    { request, rate }: { request: IncomingMessage; rate: Taken | undefined },
  ): void {
    const all = {
      ...more,
      ...rateHeaders(rate),
      ...(operation?.answersCredential && UNCACHED_BY_OLD),
      ...headers,
    };
    const isReadInPart = request.readableDidRead && !request.complete;
    if (!isReadInPart) {
      this.send({ status, headers: all, body });
      return;
    }
    // Who is still sending would meet a closed connection and never see the answer.
    this.#begin(status, { ...all, "Content-Length": String(Buffer.byteLength(body)), Connection: "close" });
    this.#response.write(body);
    void dropRest(request).then(() => this.#response.end());
  }

  send({ status, headers, body }: { status: number; headers: Headers; body?: string }): void {
    const length = body === undefined ? undefined : { "Content-Length": String(Buffer.byteLength(body)) };
    this.#begin(status, { ...headers, ...length });
    // Answers of one turn of the event loop go out one after the other: each by itself would wake its reader in between.
    setImmediate(() => this.#response.end(body));
  }

  /** Sends the file while it is made. Where that fails the connection is cut, so that nobody takes the part for the whole. */
  #sendFile({ contentType, fileName, bytes }: BytesAnswer, headers: Headers): void {
    this.#begin(200, {
      ...headers,
      "Content-Type": contentType,
      "Content-Disposition": `attachment; filename="${fileName}"`,
    });
    pipeline(Readable.from(bytes), this.#response).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ERR_STREAM_PREMATURE_CLOSE") return;
      const { requestId } = this.#arrival;
      this.#ctx.log.error({ err: error, requestId }, "a file could not be sent to its end");
    });
  }

  #begin(status: number, headers: Headers): void {
    const strict = this.#ctx.config.secure ? STRICT_TRANSPORT : undefined;
    this.#response.writeHead(status, { ...headers, ...strict });
    this.#arrival.answered(status);
  }
}
