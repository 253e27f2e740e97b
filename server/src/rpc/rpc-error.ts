import { type ErrorBody, type ErrorCode, trpcCode } from "@parlance/contract/errors";
import { type TRPC_ERROR_CODE_NUMBER, TRPCError } from "@trpc/server";
import { ApiError } from "../platform/api-error.ts";

/** A refusal as the library carries it. */
export function rpcError(error: ApiError): TRPCError {
  return new TRPCError({ code: trpcCode(error.code), message: error.message, cause: error });
}

/** What stands below `data` of an error: the library's words, and the body that REST would answer. */
interface Data extends Partial<Omit<ErrorBody, "error_description">> {
  code: string;
  httpStatus: number;
  path?: string | undefined;
}

interface Shape {
  message: string;
  code: TRPC_ERROR_CODE_NUMBER;
  data: { code: string; httpStatus: number; path?: string };
}

/** An error as it stands in the answer; whatever is no refusal of ours is one of the library's, about the envelope. */
export function shapeOf({ message, code, data }: Shape, error: TRPCError, requestId: string) {
  const { code: rpcCode, httpStatus, path } = data;
  const known: Data = { code: rpcCode, httpStatus, path };
  if (error.cause instanceof ApiError) {
    const { error_description: _, ...body } = error.cause.body;
    Object.assign(known, body, error.cause.status >= 500 && { request_id: requestId });
  } else {
    known.error = CODES[rpcCode] ?? "server_error";
    if (known.error === "server_error") known.request_id = requestId;
  }
  return { message, code, data: known };
}

/** Of what the library finds: procedures that do not exist, other methods, bodies that are none. */
const CODES: Record<string, ErrorCode> = {
  PARSE_ERROR: "invalid_request",
  BAD_REQUEST: "invalid_request",
  NOT_FOUND: "not_found",
  METHOD_NOT_SUPPORTED: "method_not_allowed",
  UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
  PAYLOAD_TOO_LARGE: "payload_too_large",
};
