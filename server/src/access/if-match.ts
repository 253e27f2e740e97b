import type { Operation } from "@parlance/contract/operation";
import { ApiError } from "../platform/api-error.ts";
import type { CallRequest } from "./perform.ts";

/**
 * The revision that `If-Match` (RFC 9110 §13.1.1) expects of the one thing that the call writes, with quotes or without.
 * A write that cannot hold to it is refused, because doing it anyway is what the header forbids.
 */
export function expectedRevision(operation: Operation, { headers }: CallRequest): number | undefined {
  const header = headers.get("if-match");
  if (header === null || operation.effect === "read") return undefined;
  if (!operation.takesIfMatch) throw new ApiError("invalid_request", "This operation takes no If-Match.");
  const [, quoted, bare] = /^(?:"(\d{1,9})"|(\d{1,9}))$/.exec(header) ?? [];
  const revision = quoted ?? bare;
  if (revision === undefined) throw new ApiError("invalid_request", "If-Match must be one revision.");
  return Number(revision);
}
