/**
 * Every error the server answers: code, status, sentence. Protocol codes of the authorization and token endpoints
 * (RFC 6749 §4.1.2.1 and §5.2, RFC 8707 §2, RFC 7591 §3.2.2, RFC 8628 §3.5, OpenID Connect Core §3.1.2.6) stand in the same table, so
 * a code has one status wherever it is answered.
 */
interface ErrorEntry {
  readonly status: number;
  readonly sentence: string;
}

const TABLE = {
  invalid_request: { status: 400, sentence: "The request is missing a field or has a malformed one." },
  invalid_grant: {
    status: 400,
    sentence:
      "The code or refresh token is invalid, expired, used or revoked. Ask the user to connect again.",
  },
  invalid_scope: { status: 400, sentence: "The requested scope is unknown or wider than what was granted." },
  invalid_target: { status: 400, sentence: "The requested resource is not served here." },
  unsupported_response_type: { status: 400, sentence: "Only response_type=code is supported." },
  unsupported_grant_type: {
    status: 400,
    sentence: "Only the grant types authorization_code, refresh_token and device_code are supported.",
  },
  unauthorized_client: { status: 400, sentence: "This app may not use this grant type." },
  access_denied: { status: 400, sentence: "The user did not allow this." },
  authorization_pending: {
    status: 400,
    sentence: "The user has not decided yet. Ask again after the interval.",
  },
  slow_down: {
    status: 400,
    sentence: "You ask too often. From now on wait 5 seconds longer between two requests.",
  },
  expired_token: { status: 400, sentence: "The device code has expired. Ask for a new one." },
  login_required: { status: 400, sentence: "The user is not signed in." },
  consent_required: { status: 400, sentence: "The user has to be asked." },
  invalid_redirect_uri: { status: 400, sentence: "A redirect URI is not allowed." },
  invalid_client_metadata: { status: 400, sentence: "A field of the client's metadata is not allowed." },
  invalid_client: { status: 401, sentence: "The app is unknown, or its authentication failed." },
  invalid_token: { status: 401, sentence: "The token is unknown, expired, ended or of the wrong kind." },
  sign_in_required: { status: 401, sentence: "Sign in first." },
  insufficient_scope: { status: 403, sentence: "The access token lacks a scope that this needs." },
  missing_scope: {
    status: 403,
    sentence: "The token lacks the scope that this needs. The user has to authorize it.",
  },
  wrong_organization: { status: 403, sentence: "This organization is not the token's." },
  project_limited: {
    status: 403,
    sentence: "This connection or key is limited to chosen projects, so it cannot create one.",
  },
  forbidden: { status: 403, sentence: "Your role does not allow this." },
  wrong_browser: { status: 403, sentence: "This link was opened in another browser." },
  wrong_account: { status: 403, sentence: "This link belongs to another account." },
  email_not_verified: { status: 403, sentence: "Verify your e-mail address first." },
  grant_not_found: { status: 404, sentence: "There is no such connection for this token." },
  not_found: { status: 404, sentence: "There is nothing here." },
  method_not_allowed: { status: 405, sentence: "This address does not take that method." },
  conflict: { status: 409, sentence: "This collides with what is already there." },
  already_decided: { status: 409, sentence: "This request was decided already." },
  grant_revoked: { status: 410, sentence: "The connection was revoked. Ask the user to connect again." },
  request_expired: {
    status: 410,
    sentence: "The authorization link expired. Start again from the app.",
  },
  app_disabled: { status: 410, sentence: "The app is no longer available." },
  gone: { status: 410, sentence: "This is no longer valid." },
  payload_too_large: { status: 413, sentence: "The request body is too large." },
  unsupported_media_type: { status: 415, sentence: "The request body has the wrong content type." },
  rate_limited: { status: 429, sentence: "Too many requests. Try again after the time in Retry-After." },
  server_error: { status: 500, sentence: "Something went wrong on our side." },
  temporarily_unavailable: {
    status: 503,
    sentence: "The server cannot answer right now. Try again shortly.",
  },
  insufficient_storage: {
    status: 507,
    sentence: "The server's disk is full, so nothing was stored. Its operator has to make room.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof TABLE;
export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = TABLE;

/** The code of an error in the tRPC envelope, by its status; a revoked connection is no address that is gone (spec/oauth, "Errors"). */
const TRPC_CODES = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_SUPPORTED",
  409: "CONFLICT",
  410: "UNAUTHORIZED",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL_SERVER_ERROR",
  503: "SERVICE_UNAVAILABLE",
  507: "INTERNAL_SERVER_ERROR",
} as const satisfies Record<(typeof TABLE)[ErrorCode]["status"], string>;

export function trpcCode(code: ErrorCode) {
  return TRPC_CODES[TABLE[code].status];
}

/** One faulty field of an input: where it is (JSON pointer), what was expected and what came. */
export interface FieldError extends MessageFault, Collision {
  pointer: string;
  code: string;
  expected?: string;
  found?: string;
}

/** What is added where the text of a message is at fault; names as the source text has them and as this one has. */
interface MessageFault {
  /** The argument that a type, an option or a category belongs to. */
  argument?: string;
  arguments?: { expected: string[]; found: string[] };
  tags?: { expected: string[]; found: string[] };
  /** Plural categories of the language, or options of a select. */
  categories?: { expected: string[]; found: string[]; missing: string[] };
  /** In UTF-16 code units from the start of the text. */
  offset?: number;
  suggestion?: string;
}

/** Fields added when another writer came first: both sides, for a program or person to choose from. */
interface Collision {
  yours?: Record<string, unknown>;
  /** What is there now, with its revision and author; null when it no longer exists. */
  present?: Record<string, unknown> | null;
}

/** The body of every error answer (spec/oauth, "Errors"). */
export interface ErrorBody {
  error: ErrorCode;
  error_description: string;
  errors?: FieldError[];
  required?: string;
  mint_again?: true;
  request_id?: string;
}
