import type { ErrorCode, FieldError, Scope } from "./contract.ts";

/** Everything that the SDK throws by itself. `message` is a sentence for people, and never holds a token. */
export class ParlanceError extends Error {
  override readonly name: string = "ParlanceError";
}

/** A setting that cannot work. Thrown when the SDK is set up, not at the first call. */
export class SettingsError extends ParlanceError {
  override readonly name = "SettingsError";
}

/** No answer, or none that is the server's: wrong address, server down, or slower than the time limit. */
export class UnreachableError extends ParlanceError {
  override readonly name = "UnreachableError";
}

/** The callback does not belong to what this user began, or it is not the server's. Begin again. */
export class CallbackError extends ParlanceError {
  override readonly name = "CallbackError";
}

/** The user came back without a code (RFC 6749 §4.1.2.1). */
export class AuthorizationError extends ParlanceError {
  override readonly name = "AuthorizationError";
  /** `access_denied` when the user said no. */
  readonly code: string;

  constructor(code: string, description: string | null) {
    super(description ?? `The authorization ended with ${code}.`);
    this.code = code;
  }
}

/** The user has to connect again; trying once more cannot help. Show "Reconnect". */
export class ConnectionRevokedError extends ParlanceError {
  override readonly name = "ConnectionRevokedError";
  readonly connectionId: string;

  constructor(connectionId: string) {
    super("The connection was revoked. Ask the user to connect again.");
    this.connectionId = connectionId;
  }
}

/** What the server answered besides the sentence. */
export interface Refusal {
  readonly status: number;
  /** The server's own, or `unknown` for an answer that is not its. */
  readonly code: ErrorCode | "unknown";
  readonly sentence: string;
  readonly fieldErrors?: readonly FieldError[] | undefined;
  /** With `missing_scope`: the scope that the call needs. */
  readonly required?: Scope | undefined;
  /** With `missing_scope`: the grant holds the scope by now, and the token is older. */
  readonly mintAgain?: boolean | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The server refused a call (spec "Errors"): `code` to switch on, `message` for people, `requestId` for its operator. */
export class RefusedError extends ParlanceError {
  override readonly name: string = "RefusedError";
  readonly status: number;
  readonly code: Refusal["code"];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly fieldErrors: readonly FieldError[];

  constructor({ status, code, sentence, requestId, retryAfterSeconds, fieldErrors = [] }: Refusal) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.fieldErrors = fieldErrors;
  }
}

/** 400, 413, 415: what was sent is malformed; `fieldErrors` say where and what was expected. */
export class ValidationError extends RefusedError {
  override readonly name = "ValidationError";
}

/** 400 from the token endpoint: a code or refresh token that is used, expired or revoked (RFC 6749 §5.2). */
export class InvalidGrantError extends RefusedError {
  override readonly name = "InvalidGrantError";
}

/** 400 from the token endpoint, while a device waits: nobody has decided yet, or it asks too often (RFC 8628 §3.5). */
export class DevicePendingError extends RefusedError {
  override readonly name = "DevicePendingError";
}

/** 401 and others of the token endpoint: the server does not know this app, or not so. Check id, secret and type. */
export class ClientRefusedError extends RefusedError {
  override readonly name = "ClientRefusedError";
}

/** 401: the token is unknown, expired, ended or of the wrong kind, and so was its successor. */
export class InvalidTokenError extends RefusedError {
  override readonly name = "InvalidTokenError";
}

/** 403: the user did not allow this. `authorizeUrl` asks for it. */
export class MissingScopeError extends RefusedError {
  override readonly name = "MissingScopeError";
  readonly scope: Scope;
  /** The grant holds the scope by now; a token that is minted again has it too. */
  readonly mintAgain: boolean;
  #authorizeUrl: (() => Promise<string>) | undefined;

  constructor(refusal: Refusal, authorizeUrl?: () => Promise<string>) {
    super(refusal);
    this.scope = refusal.required as Scope;
    this.mintAgain = refusal.mintAgain === true;
    this.#authorizeUrl = authorizeUrl;
  }

  /**
   * The address that asks this user, for this organization, for this scope, what the app always asks and what the user allowed
   * already. It begins an authorization, so ask for it when the user presses the button. Undefined for calls with a key.
   */
  async authorizeUrl(): Promise<string | undefined> {
    return this.#authorizeUrl?.();
  }
}

/** 403: another organization, a project outside the connection, or a role that does not allow it. */
export class ForbiddenError extends RefusedError {
  override readonly name = "ForbiddenError";
}

/** 404, 405, 410: nothing is there for this connection, or not any more. */
export class NotFoundError extends RefusedError {
  override readonly name = "NotFoundError";
}

/** 409: somebody else was first; `fieldErrors` hold both sides where there are any. */
export class ConflictError extends RefusedError {
  override readonly name = "ConflictError";
}

/** 410 `grant_revoked`, before it is known which connection it ends; callers get `ConnectionRevokedError`. */
export class GrantRevokedError extends RefusedError {
  override readonly name = "GrantRevokedError";
}

/** 429: `retryAfterSeconds` is longer than the SDK waits by itself. */
export class RateLimitedError extends RefusedError {
  override readonly name = "RateLimitedError";
}

/** 500 and more: the server could not; `requestId` tells its operator which call it was. */
export class ServerError extends RefusedError {
  override readonly name = "ServerError";
}

/** The class of each code: a code that the contract adds has to take its place here. */
const CLASSES: Record<ErrorCode, new (refusal: Refusal) => RefusedError> = {
  invalid_request: ValidationError,
  invalid_grant: InvalidGrantError,
  invalid_scope: ValidationError,
  invalid_target: ValidationError,
  unsupported_response_type: ValidationError,
  unsupported_grant_type: ClientRefusedError,
  unauthorized_client: ClientRefusedError,
  access_denied: ForbiddenError,
  authorization_pending: DevicePendingError,
  slow_down: DevicePendingError,
  expired_token: InvalidGrantError,
  login_required: ForbiddenError,
  consent_required: ForbiddenError,
  invalid_redirect_uri: ValidationError,
  invalid_client_metadata: ValidationError,
  invalid_client: ClientRefusedError,
  invalid_token: InvalidTokenError,
  sign_in_required: InvalidTokenError,
  insufficient_scope: ForbiddenError,
  missing_scope: MissingScopeError,
  wrong_organization: ForbiddenError,
  project_limited: ForbiddenError,
  forbidden: ForbiddenError,
  wrong_browser: ForbiddenError,
  wrong_account: ForbiddenError,
  email_not_verified: ForbiddenError,
  grant_not_found: NotFoundError,
  not_found: NotFoundError,
  method_not_allowed: NotFoundError,
  conflict: ConflictError,
  already_decided: ConflictError,
  grant_revoked: GrantRevokedError,
  request_expired: NotFoundError,
  app_disabled: NotFoundError,
  gone: NotFoundError,
  payload_too_large: ValidationError,
  unsupported_media_type: ValidationError,
  rate_limited: RateLimitedError,
  server_error: ServerError,
  temporarily_unavailable: ServerError,
  insufficient_storage: ServerError,
};

/** The error of a refusal: by its code, and for answers that are not the server's by their status. */
export function errorOf(refusal: Refusal): RefusedError {
  const { code, status } = refusal;
  if (code !== "unknown") return new CLASSES[code](refusal);
  if (status === 429) return new RateLimitedError(refusal);
  return status >= 500 ? new ServerError(refusal) : new RefusedError(refusal);
}

/** Whether a code is one of the contract's; anything else in a body is not the server's. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(CLASSES, code);
}
