import { ApiError } from "./api-error.ts";

const RETRY_SOON_SECONDS = 2;
/** A body of which less comes in so many milliseconds loses its place when others need it. */
const SLOW = { bytes: 500_000, milliseconds: 5_000 };

/** How many bytes of bodies may be in memory at once: of all callers together, and of one. */
interface Most {
  readonly ofAll: number;
  readonly ofOne: number;
}

/**
 * Keeps count of the bodies in memory, so that whoever sends many large ones at once harms nobody else. Whoever sends them
 * slowly, to hold their places for long, loses them to others.
 */
export class ByteBudget {
  readonly #most: Most;
  readonly #byOwner = new Map<string, number>();
  /** The oldest first. */
  readonly #accounts = new Set<Account>();
  #total = 0;
  #wanted = new AbortController();

  constructor(most: Most) {
    this.#most = most;
  }

  /** Opens an account for one body, to be closed when nothing needs it any more. */
  open(owner: string): ByteAccount {
    const account = new Account(
      (bytes) => this.#take(owner, account, bytes),
      () => this.#wanted.signal,
    );
    return account;
  }

  /** Negative to give back. */
  #take(owner: string, account: Account, bytes: number): void {
    const ofOne = (this.#byOwner.get(owner) ?? 0) + bytes;
    if (bytes > 0) {
      if (ofOne > this.#most.ofOne) throw tooManyBodies();
      this.#makeRoom(bytes);
      this.#accounts.add(account);
    } else this.#accounts.delete(account);
    this.#total += bytes;
    if (ofOne > 0) this.#byOwner.set(owner, ofOne);
    else this.#byOwner.delete(owner);
  }

  #makeRoom(bytes: number): void {
    let missing = this.#total + bytes - this.#most.ofAll;
    if (missing <= 0) return;
    const now = performance.now();
    const slow: Account[] = [];
    for (const account of this.#accounts) {
      if (missing <= 0) break;
      if (!account.isSlow(now)) continue;
      slow.push(account);
      missing -= account.held;
    }
    if (missing > 0) {
      this.#askForRoom();
      throw tooManyBodies();
    }
    for (const account of slow) account.lose();
  }

  #askForRoom(): void {
    this.#wanted.abort();
    this.#wanted = new AbortController();
  }
}

export interface ByteAccount {
  /** Throws `temporarily_unavailable` when there is no room for so many more bytes. */
  take(bytes: number): void;
  /** The pieces of the body as they come. Throws `temporarily_unavailable` when it has lost its place. */
  watch(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  close(): void;
  /**
   * Aborted when somebody else found no room: a call that only waits for something else is to end then, because what came
   * with it is in memory as long. Null for a body that takes no room.
   */
  wanted(): AbortSignal | null;
}

class Account implements ByteAccount {
  readonly #change: (bytes: number) => void;
  readonly #wanted: () => AbortSignal;
  readonly #lost = Promise.withResolvers<never>();
  /** While the body comes: what came since `since`, and in the time as long before that. */
  #coming: { since: number; bytes: number; before: number } | undefined;
  held = 0;

  /** @param change takes bytes from the budget, or gives them back */
  constructor(change: (bytes: number) => void, wanted: () => AbortSignal) {
    this.#change = change;
    this.#wanted = wanted;
    // Heard by who reads the body, if anybody does.
    this.#lost.promise.catch(() => {});
  }

  take(bytes: number): void {
    this.#change(bytes);
    this.held += bytes;
  }

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#coming = { since: performance.now(), bytes: 0, before: SLOW.bytes };
    const pieces = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const piece = await Promise.race([this.#lost.promise, pieces.next()]);
        if (piece.done) return;
        this.#count(performance.now(), piece.value.byteLength);
        yield piece.value;
      }
    } finally {
      this.#coming = undefined;
      // Not waited for: it may be behind a piece that never comes. What becomes of it, nobody asks any more.
      pieces.return?.().catch(() => {});
    }
  }

  /** Whether it is still coming, and too slowly. */
  isSlow(now: number): boolean {
    this.#count(now, 0);
    return this.#coming !== undefined && this.#coming.before < SLOW.bytes;
  }

  #count(now: number, bytes: number): void {
    const coming = this.#coming;
    if (!coming) return;
    const passed = Math.floor((now - coming.since) / SLOW.milliseconds);
    if (passed > 0) {
      coming.before = passed === 1 ? coming.bytes : 0;
      coming.bytes = 0;
      coming.since += passed * SLOW.milliseconds;
    }
    coming.bytes += bytes;
  }

  wanted(): AbortSignal | null {
    return this.held > 0 ? this.#wanted() : null;
  }

  lose(): void {
    this.close();
    const sentence =
      "The body came so slowly that others were given its place. Send it again, in smaller parts.";
    const error = new ApiError("temporarily_unavailable", sentence, {
      retryAfterSeconds: RETRY_SOON_SECONDS,
    });
    this.#lost.reject(error);
  }

  close(): void {
    if (this.held > 0) this.#change(-this.held);
    this.held = 0;
  }
}

function tooManyBodies(): ApiError {
  const sentence = "Too many large requests are under way. Send this one again shortly.";
  return new ApiError("temporarily_unavailable", sentence, { retryAfterSeconds: RETRY_SOON_SECONDS });
}
