import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import { FILE_FORMATS } from "@parlance/contract/formats";
import { bytesAnswer, type Operation, takesIdempotencyKey } from "@parlance/contract/operation";
import { z } from "zod";
import type { Examples } from "./examples.ts";
import { FILES } from "./files.ts";
import { type JsonSchema, SCHEMAS_AT, type Schemas } from "./schemas.ts";
import { takesDryRun } from "./sent.ts";

type Parts = Record<string, object>;

const text = (description: string) => ({ description, schema: { type: "string" } });
const number = (description: string) => ({ description, schema: { type: "integer", minimum: 0 } });

/** Every header that an answer can have, by name: the document's `components.headers`. */
export const HEADERS = {
  "X-Request-Id": text("Of this request, as in the server's log and the audit"),
  "RateLimit-Limit": number("How many calls the window lets through"),
  "RateLimit-Remaining": number("How many of them are left"),
  "RateLimit-Reset": number("Seconds until the window begins anew"),
  "Retry-After": number("Seconds after which a repetition may succeed"),
  "WWW-Authenticate": text("The challenge: why, which scopes would do, and where the resource is described"),
  "Idempotent-Replayed": text("`true`: the answer of an earlier call with the same Idempotency-Key"),
  "Dry-Run": text("`true`: nothing was stored"),
  "Content-Disposition": text("The name of the file"),
} as const satisfies Record<string, object>;

type HeaderName = keyof typeof HEADERS;

const RATE_HEADERS: readonly HeaderName[] = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];

function headers(names: readonly HeaderName[]): Parts {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The answer of a call that is not refused, by its status. */
export function successOf(
  operation: Operation,
  { schemas, examples, noun }: { schemas: Schemas; examples: Examples; noun: string },
): Parts {
  const { output, effect, rest } = operation;
  const always: HeaderName[] = [
    "X-Request-Id",
    ...RATE_HEADERS,
    ...(takesIdempotencyKey(operation) ? (["Idempotent-Replayed"] as const) : []),
    ...(takesDryRun(operation) ? (["Dry-Run"] as const) : []),
  ];
  if (output instanceof z.ZodVoid) {
    return { 204: { description: "Done", headers: headers(always) } };
  }
  if (output === bytesAnswer) {
    const names: HeaderName[] = [...always, "Content-Disposition"];
    return { 200: { description: "The file", headers: headers(names), content: fileContents() } };
  }
  const schema = schemas.answered(output);
  const content = { "application/json": { schema, example: examples.of(schema, noun) } };
  const description = rest.status === 202 ? "Accepted" : effect === "create" ? "Created" : "Done";
  const status = rest.status ?? (effect === "create" ? 201 : 200);
  return { [status]: { description, headers: headers(always), content } };
}

/** A file of any format, by its content type. */
function fileContents(): Parts {
  const types = Object.values(FILE_FORMATS).map(({ contentType }) => contentType.replace(/;.*/, ""));
  return Object.fromEntries(types.map((type) => [type, FILES[type] ?? {}]));
}

/** Refusals by their status; each status says which codes come with it. */
export function refusedAnswers(codes: readonly ErrorCode[], operation?: Operation): Parts {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries([...byStatus].map(([status, same]) => [status, refusal(same, operation)]));
}

/** The answer that the codes of one status share. */
function refusal(codes: readonly ErrorCode[], operation?: Operation): object {
  const status = ERRORS[codes[0] as ErrorCode].status;
  const names: HeaderName[] = [
    "X-Request-Id",
    ...(operation && status !== 401 && status < 500 ? RATE_HEADERS : []),
    ...(status === 409 || status === 429 || status === 503 ? (["Retry-After"] as const) : []),
    ...(status === 401 || codes.includes("missing_scope") ? (["WWW-Authenticate"] as const) : []),
  ];
  const shown = codes.map((code) => [
    code,
    code === "missing_scope" && operation
      ? { summary: ERRORS[code].sentence, value: errorExample(code, operation) }
      : { $ref: `#/components/examples/${code}` },
  ]);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].sentence}`).join("\n\n"),
    headers: headers(names),
    content: {
      "application/json": {
        schema: {
          $ref: `${SCHEMAS_AT}Error`,
          type: "object",
          properties: { error: { enum: codes } },
        } satisfies JsonSchema,
        examples: Object.fromEntries(shown),
      },
    },
  };
}

/** The body of each error, by its code: the document's `components.examples`. */
export function errorExamples(codes: Iterable<ErrorCode>): Parts {
  return Object.fromEntries(
    [...codes].map((code) => [code, { summary: ERRORS[code].sentence, value: errorExample(code) }]),
  );
}

function errorExample(code: ErrorCode, operation?: Operation): object {
  const { status, sentence } = ERRORS[code];
  return {
    error: code,
    error_description: sentence,
    ...(code === "invalid_request" && {
      errors: [{ pointer: "/language", code: "too_small", expected: "at least 2 characters" }],
    }),
    ...(operation?.access.by === "scope" && { required: operation.access.scope }),
    ...(status >= 500 && { request_id: "rid_1xQ7mC4vTk9LzR2wHb6NsJ" }),
  };
}
