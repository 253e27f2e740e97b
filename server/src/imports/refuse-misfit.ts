import type { FormatFacts } from "@parlance/contract/formats";
import type { Input } from "@parlance/contract/operations";
import { ApiError } from "../platform/api-error.ts";

type Announced = Pick<Input<"imports.create">, "format" | "language" | "namespace" | "size">;

/** Throws `invalid_request` when the fields of an announced file do not fit its format. */
export function refuseMisfit({ format, language, namespace, size }: Announced, facts: FormatFacts): void {
  const saysLanguage = facts.languages === "many";
  const saysNamespace = facts.namespaces === "many";
  if (!saysLanguage && !language) {
    throw misfit("/language", "required", `the language of the texts, because ${format} does not say it`);
  }
  if (saysLanguage && language) {
    throw misfit("/language", "unknown_field", `nothing, because ${format} says it itself`);
  }
  if (saysNamespace && namespace) {
    throw misfit("/namespace", "unknown_field", `nothing, because ${format} says it itself`);
  }
  if (size > facts.maxBytes) {
    throw misfit("/size", "too_big", `at most ${facts.maxBytes} bytes of ${format}`);
  }
}

function misfit(pointer: string, code: string, expected: string): ApiError {
  return new ApiError("invalid_request", `The field ${pointer} is not right: ${expected}.`, {
    errors: [{ pointer, code, expected }],
  });
}
