import { ApiError } from "./api-error.ts";

const RETRY_SOON_SECONDS = 2;

/** How many bytes of bodies may be in memory at once: of all callers together, and of one. */
interface Most {
  readonly ofAll: number;
  readonly ofOne: number;
}

/** Keeps count of the bodies in memory, so that whoever sends many large ones at once harms nobody else. */
export class ByteBudget {
  readonly #most: Most;
  readonly #byOwner = new Map<string, number>();
  #total = 0;
  #wanted = new AbortController();

  constructor(most: Most) {
    this.#most = most;
  }

  /** Opens an account for one body, to be closed when nothing needs it any more. */
  open(owner: string): ByteAccount {
    let held = 0;
    return {
      take: (bytes) => {
        const ofOne = (this.#byOwner.get(owner) ?? 0) + bytes;
        if (ofOne > this.#most.ofOne) throw tooManyBodies();
        if (this.#total + bytes > this.#most.ofAll) {
          this.#askForRoom();
          throw tooManyBodies();
        }
        this.#byOwner.set(owner, ofOne);
        this.#total += bytes;
        held += bytes;
      },
      close: () => {
        const left = (this.#byOwner.get(owner) ?? 0) - held;
        if (left > 0) this.#byOwner.set(owner, left);
        else this.#byOwner.delete(owner);
        this.#total -= held;
        held = 0;
      },
      wanted: () => (held > 0 ? this.#wanted.signal : null),
    };
  }

  #askForRoom(): void {
    this.#wanted.abort();
    this.#wanted = new AbortController();
  }
}

export interface ByteAccount {
  /** Throws `temporarily_unavailable` when there is no room for so many more bytes. */
  take(bytes: number): void;
  close(): void;
  /**
   * Aborted when somebody else found no room: a call that only waits for something else is to end then, because what came
   * with it is in memory as long. Null for a body that takes no room.
   */
  wanted(): AbortSignal | null;
}

function tooManyBodies(): ApiError {
  const sentence = "Too many large requests are under way. Send this one again shortly.";
  return new ApiError("temporarily_unavailable", sentence, { retryAfterSeconds: RETRY_SOON_SECONDS });
}
