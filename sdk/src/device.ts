import { type AuthorizeOptions, checkUser, storeGrants } from "./connect.ts";
import type { Endpoints } from "./endpoints.ts";
import {
  AuthorizationError,
  DevicePendingError,
  RateLimitedError,
  RefusedError,
  ServerError,
  SettingsError,
  UnreachableError,
} from "./errors.ts";
import { checkAnswer, requestJson } from "./http.ts";
import { sleep, withRetries } from "./retry.ts";
import type { Settings } from "./settings.ts";
import type { Connection } from "./store.ts";
import { askForTokens, endOf, formOf } from "./token-endpoint.ts";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 8628 §3.2, of a server that does not say, or says what is no time to wait: a timer would not wait at all. */
const INTERVAL_SECONDS = 5;
/** §3.5: by so much more after each `slow_down`. */
const SLOWER_MS = 5000;
const SLOWEST_MS = 60_000;

/** What a user who has a browser somewhere else is shown, and the wait for what they decide. */
export interface DeviceAuthorization {
  /** Shown large, as it is. */
  readonly userCode: string;
  /** Where it is typed. */
  readonly verificationUri: string;
  /** The same with the code in it, for a QR code. */
  readonly verificationUriComplete: string;
  /** Epoch milliseconds: until then somebody may decide. */
  readonly expiresAt: number;
  /**
   * Answers one connection per organization that the user picked, stored, as soon as they have. Throws `AuthorizationError`
   * (`access_denied`: the user said no; `expired_token`: nobody decided in time; begin again), what the server refuses, and
   * the reason of `signal`. To be waited for once.
   */
  connected(options?: { signal?: AbortSignal }): Promise<readonly Connection[]>;
}

interface DeviceAnswer {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete?: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Seconds. */
  readonly interval?: number;
}

const NEEDED = {
  device_code: "string",
  user_code: "string",
  verification_uri: "string",
  expires_in: "number",
} as const;

/** Asks for the two codes (RFC 8628 §3.1). Throws `SettingsError` where the server has no such endpoint. */
export async function beginDevice(
  settings: Settings,
  endpoints: Endpoints,
  { userId, organization, scopes = settings.scopes }: AuthorizeOptions,
): Promise<DeviceAuthorization> {
  checkUser(userId);
  const url = endpoints.device_authorization_endpoint;
  if (url === undefined) throw new SettingsError(`${settings.issuer} lets no devices in.`);
  const body = formOf(settings, {
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(organization !== undefined && { organization }),
  });
  const askedAt = settings.now();
  const answer = await withRetries(async () =>
    checkAnswer(await requestJson<DeviceAnswer>(settings, { method: "POST", url, body }), NEEDED, url),
  );
  const expiresAt = endOf(askedAt, answer.expires_in);
  return {
    userCode: answer.user_code,
    verificationUri: answer.verification_uri,
    verificationUriComplete: answer.verification_uri_complete ?? answer.verification_uri,
    expiresAt,
    async connected({ signal } = {}) {
      const { tokens, askedAt: at } = await poll(settings, endpoints, { ...answer, expiresAt }, signal);
      return storeGrants(settings, endpoints, { userId, answer: tokens, askedAt: at });
    },
  };
}

/** §3.4 and §3.5: asks until it is answered, never faster than the server wants, and slower while it cannot be reached. */
async function poll(
  settings: Settings,
  endpoints: Endpoints,
  { device_code, interval, expiresAt }: DeviceAnswer & { expiresAt: number },
  signal: AbortSignal | undefined,
) {
  const fields = { grant_type: DEVICE_GRANT, device_code };
  for (let waitMs = firstWaitMs(interval); ; ) {
    await sleep(waitMs, signal);
    const askedAt = settings.now();
    try {
      return { askedAt, tokens: await askForTokens(settings, endpoints, fields) };
    } catch (error) {
      const isPending = error instanceof DevicePendingError;
      if (!isPending && !isPassing(error)) throw decided(error);
      if (settings.now() >= expiresAt)
        throw new AuthorizationError("expired_token", "Nobody decided in time.");
      if (isPending && error.code === "slow_down") waitMs += SLOWER_MS;
      else if (!isPending) waitMs = Math.min(waitMs * 2, SLOWEST_MS);
    }
  }
}

function firstWaitMs(interval: unknown): number {
  const isTime = typeof interval === "number" && interval >= 1;
  return isTime ? Math.min(interval * 1000, SLOWEST_MS) : INTERVAL_SECONDS * 1000;
}

function isPassing(error: unknown): boolean {
  return [UnreachableError, ServerError, RateLimitedError].some((kind) => error instanceof kind);
}

/** The user's no and a code that ran out are told as at a callback. */
function decided(error: unknown): unknown {
  const isEnd = error instanceof RefusedError && ["access_denied", "expired_token"].includes(error.code);
  return isEnd ? new AuthorizationError(error.code, error.message) : error;
}
