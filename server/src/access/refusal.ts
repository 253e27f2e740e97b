import type { Scope } from "@parlance/contract/scopes";
import type { Caller } from "../context.ts";
import { isDiskFull } from "../database/disk-full.ts";
import { isUnavailable } from "../database/unavailable.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Log } from "../platform/log.ts";
import type { Taken } from "../platform/rate-limit.ts";

/** A refused call: what to answer, and what a door says beside it. */
export class Refusal extends Error {
  readonly error: ApiError;
  /** Undefined when it was refused before its window was known. */
  readonly rate: Taken | undefined;
  /** What the caller's credential holds, for a challenge that asks for more. */
  readonly held: readonly Scope[];

  constructor(error: ApiError, { rate, caller }: { rate?: Taken | undefined; caller?: Caller } = {}) {
    super("refused", { cause: error });
    this.error = error;
    this.rate = rate;
    this.held = caller?.held ?? [];
  }
}

/** What is answered for an error, whatever was thrown: the one choice of a code. The unexpected is logged. */
export function toApiError(error: unknown, { log, requestId }: { log: Log; requestId: string }): ApiError {
  if (error instanceof ApiError) return error;
  log.error({ err: error, requestId }, "unexpected error");
  if (isDiskFull(error)) return new ApiError("insufficient_storage");
  return new ApiError(isUnavailable(error) ? "temporarily_unavailable" : "server_error");
}
