import type { FieldError } from "@parlance/contract/errors";
import { pointerTo } from "@parlance/contract/json-pointer";
import type { Declaration } from "@parlance/contract/operation";
import { toStorable } from "@parlance/contract/storable";
import type { z } from "zod";
import { ApiError } from "../platform/api-error.ts";
import { findUnstorable } from "../platform/storable.ts";

/** In UTF-16 code units: what is said of unknown fields names them all. */
const LONGEST_SENTENCE = 300;

/** The input through the declaration's schema. Throws `invalid_request` naming each field. */
export function checkInput({ input }: Pick<Declaration, "input">, fields: unknown): unknown {
  const parsed = input.safeParse(fields);
  if (!parsed.success) throw invalid(parsed.error.issues.map(toFieldError));
  const unstorable = findUnstorable(parsed.data);
  if (unstorable !== null) {
    throw invalid([
      { pointer: unstorable, code: "invalid_text", expected: "text without NUL and lone surrogates" },
    ]);
  }
  return parsed.data;
}

/** The refusal for faulty fields; its sentence names the first. */
function invalid(errors: FieldError[]): ApiError {
  const [first] = errors;
  const expected = first?.expected ? `: ${first.expected}` : "";
  return new ApiError("invalid_request", `The field ${first?.pointer || "/"} is not right${expected}.`, {
    errors: errors.slice(0, 100),
  });
}

function toFieldError(issue: z.core.$ZodIssue): FieldError {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  return {
    pointer: pointerTo(path),
    code: issue.code === "unrecognized_keys" ? "unknown_field" : issue.code,
    expected: toStorable(issue.message.slice(0, LONGEST_SENTENCE)),
  };
}
