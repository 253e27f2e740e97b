import { ApiError } from "../platform/api-error.ts";
import type { Log } from "../platform/log.ts";
import { isDiskFull } from "./disk-full.ts";
import { isUnavailable } from "./unavailable.ts";

/** What is answered for an error, whatever was thrown: the one choice of a code. The unexpected is logged. */
export function toApiError(error: unknown, { log, requestId }: { log: Log; requestId: string }): ApiError {
  if (error instanceof ApiError) return error;
  log.error({ err: error, requestId }, "unexpected error");
  if (isDiskFull(error)) return new ApiError("insufficient_storage");
  return new ApiError(isUnavailable(error) ? "temporarily_unavailable" : "server_error");
}
