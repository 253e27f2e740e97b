import { ConflictError, RateLimitedError, ServerError, UnreachableError } from "./errors.ts";

/** How often a call is sent again at most. */
const MOST_REPETITIONS = 4;
/** A longer wait is told instead of waited. */
const LONGEST_WAIT_MS = 20_000;
const FIRST_WAIT_MS = 200;
const LONGEST_BACKOFF_MS = 5000;

export interface Attempt {
  /** From 0. */
  readonly number: number;
  /** An attempt before this one ended without an answer that says what became of it. */
  readonly lost: boolean;
}

/**
 * Does `work` until it is answered. What was refused before anything happened (429, 503, 409 with `Retry-After`) is sent
 * again after the wait that the server asks for, bounded; a lost answer or a 5xx only where `repeatable` says that doing it
 * twice is doing it once. Throws the last error, or the reason of `signal`.
 */
export async function withRetries<Answer>(
  work: (attempt: Attempt) => Promise<Answer>,
  {
    repeatable = true,
    signal,
    most = MOST_REPETITIONS,
  }: { repeatable?: boolean; signal?: AbortSignal | undefined; most?: number } = {},
): Promise<Answer> {
  let lost = false;
  for (let number = 0; ; number++) {
    try {
      return await work({ number, lost });
    } catch (error) {
      const wait = waitMs(error, number, repeatable);
      if (wait === undefined || number >= most) throw error;
      lost ||= isLost(error);
      await sleep(wait, signal);
    }
  }
}

/** How long to wait before the next attempt; undefined when there should be none. */
function waitMs(error: unknown, number: number, repeatable: boolean): number | undefined {
  const asked =
    "retryAfterSeconds" in Object(error) ? (error as RateLimitedError).retryAfterSeconds : undefined;
  const isBeforeDeed =
    error instanceof RateLimitedError ||
    (error instanceof ServerError && error.status === 503) ||
    (error instanceof ConflictError && asked !== undefined);
  if (!isBeforeDeed && !(repeatable && isLost(error))) return undefined;
  const wait = asked === undefined ? backoffMs(number) : asked * 1000 + Math.random() * FIRST_WAIT_MS;
  return wait > LONGEST_WAIT_MS ? undefined : wait;
}

/** A full disk (507) stays full for longer than we wait. */
function isLost(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ServerError && error.status !== 507);
}

/** Grows, and differs between callers, so that those who failed together do not come back together. */
function backoffMs(number: number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** number, LONGEST_BACKOFF_MS);
  return longest * (0.5 + Math.random() / 2);
}

/** Waits; throws the reason of `signal` when it is aborted first. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
