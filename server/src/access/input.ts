import type { FieldError } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import type { z } from "zod";
import { ApiError } from "../platform/api-error.ts";
import { refuseTooLarge } from "../platform/read-body.ts";
import { findUnstorable } from "../platform/storable.ts";
import type { CallRequest } from "./perform.ts";

const DEFAULT_BODY_BYTES = 1024 * 1024;
/** In UTF-16 code units: what is said of unknown fields names them all. */
const LONGEST_SENTENCE = 300;

/** Path parameters, and query or JSON body, through the operation's schema. Throws `invalid_request` naming each field. */
export async function checkInput(operation: Operation, request: CallRequest): Promise<unknown> {
  const inQuery = operation.method === "GET" || operation.method === "DELETE" || operation.bytes;
  if (operation.bytes) refuseOtherBytes(operation, operation.bytes, request.headers);
  const fields = inQuery
    ? { ...queryFields(operation, request), ...headerFields(operation, request.headers) }
    : await request.body(operation.maxBodyBytes ?? DEFAULT_BODY_BYTES);
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new ApiError("invalid_request", "The body must be a JSON object.");
  }
  const doubled = Object.keys(request.params).find((name) => Object.hasOwn(fields, name));
  if (doubled) throw new ApiError("invalid_request", `The field ${doubled} stands in the path already.`);
  const parsed = operation.input.safeParse({ ...fields, ...request.params });
  if (!parsed.success) throw invalid(parsed.error.issues.map(toFieldError));
  const unstorable = findUnstorable(parsed.data);
  if (unstorable !== null) {
    throw invalid([
      { pointer: unstorable, code: "invalid_text", expected: "text without NUL and lone surrogates" },
    ]);
  }
  return parsed.data;
}

/** Before any of the body is read. */
function refuseOtherBytes(operation: Operation, types: readonly string[], headers: Headers): void {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!types.includes(type)) {
    throw new ApiError("unsupported_media_type", `Send the body as ${types.join(", ")}.`);
  }
  refuseTooLarge(headers, operation.maxBodyBytes ?? DEFAULT_BODY_BYTES);
}

function headerFields({ headers: names = {} }: Operation, headers: Headers): Record<string, string> {
  const given = Object.entries(names).map(([field, header]) => [field, headers.get(header)] as const);
  return Object.fromEntries(given.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

/** `dry_run` is a word about the call, not a field of its input. */
function queryFields(operation: Operation, { query }: CallRequest): Record<string, string> {
  if (operation.effect === "read") return query;
  const { dry_run: _, ...fields } = query;
  return fields;
}

/** The refusal for faulty fields; its sentence names the first. */
export function invalid(errors: FieldError[]): ApiError {
  const [first] = errors;
  const expected = first?.expected ? `: ${first.expected}` : "";
  return new ApiError("invalid_request", `The field ${first?.pointer || "/"} is not right${expected}.`, {
    errors: errors.slice(0, 100),
  });
}

function toFieldError(issue: z.core.$ZodIssue): FieldError {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  return {
    pointer: path
      .map((part) => `/${String(part).slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`)
      .join(""),
    code: issue.code === "unrecognized_keys" ? "unknown_field" : issue.code,
    expected: issue.message.slice(0, LONGEST_SENTENCE),
  };
}
