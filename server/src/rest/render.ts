import { type BytesAnswer, bytesAnswer, type Operation } from "@parlance/contract/operation";
import type { Answer } from "../access/perform.ts";
import { derived } from "../platform/derived.ts";
import { ofEvery, type Rendered, rateHeaders } from "../platform/http-error.ts";
import type { Taken } from "../platform/rate-limit.ts";
import type { Headers, HttpAnswer } from "../platform/sender.ts";

/** What RFC 6749 §5.1 asks of answers with tokens, for caches of HTTP/1.0. */
const UNCACHED_BY_OLD = { Pragma: "no-cache" };

/** An answer that was worked out from cached rows is the same again and again. */
const toJson = derived((output: object) => JSON.stringify(output));

/** How the answer of an operation looks on the wire. */
export function renderAnswer(
  operation: Operation,
  answered: Answer,
  { requestId, cors }: { requestId: string; cors: Headers },
): HttpAnswer {
  const headers = {
    ...cors,
    ...(operation.answersCredential && UNCACHED_BY_OLD),
    ...rateHeaders(answered.rate),
    ...(answered.replayed && { "Idempotent-Replayed": "true" }),
    ...(answered.isDryRun && { "Dry-Run": "true" }),
    ...ofEvery({ requestId }),
  };
  const { output } = answered;
  if (operation.output === bytesAnswer) return renderFile(output as BytesAnswer, headers);
  if (output === undefined) return { status: 204, headers };
  return {
    status: operation.rest.status ?? (operation.effect === "create" ? 201 : 200),
    headers: { "Content-Type": "application/json", ...headers },
    body: toJson(output as object),
  };
}

/** How a refusal looks there: the error's own headers win over those of the operation. */
export function renderRefusal(
  operation: Operation | undefined,
  { status, headers, body }: Rendered,
  { cors, rate }: { cors: Headers; rate: Taken | undefined },
): HttpAnswer {
  const old = operation?.answersCredential && UNCACHED_BY_OLD;
  return { status, headers: { ...cors, ...rateHeaders(rate), ...old, ...headers }, body };
}

function renderFile({ contentType, fileName, bytes }: BytesAnswer, headers: Headers): HttpAnswer {
  const named = `attachment; filename="${fileName}"`;
  return {
    status: 200,
    headers: { ...headers, "Content-Type": contentType, "Content-Disposition": named },
    body: bytes,
  };
}
