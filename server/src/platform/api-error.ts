import { ERRORS, type ErrorBody, type ErrorCode, type FieldError } from "@parlance/contract/errors";

interface Extra {
  required?: string;
  mint_again?: true;
  errors?: FieldError[];
  /** Seconds until a retry may succeed; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** The reason, for the log only. */
  detail?: string;
}

/** A refusal from the table in contract/errors; thrown where it is found, rendered by the door. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly extra: Extra;

  constructor(code: ErrorCode, description: string = ERRORS[code].sentence, extra: Extra = {}) {
    super(description);
    this.code = code;
    this.extra = extra;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get body(): ErrorBody {
    const { required, mint_again, errors } = this.extra;
    return {
      error: this.code,
      error_description: this.message,
      ...(required && { required }),
      ...(mint_again && { mint_again }),
      ...(errors && { errors }),
    };
  }
}
