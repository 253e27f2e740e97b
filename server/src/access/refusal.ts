import type { Scope } from "@parlance/contract/scopes";
import type { Caller } from "../context.ts";
import type { ApiError } from "../platform/api-error.ts";
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
