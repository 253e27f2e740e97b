import { ApiError } from "./api-error.ts";
import { networkOf } from "./client-address.ts";
import { hashOf } from "./crypto.ts";
import { Lru } from "./lru.ts";
import { taken, Windows } from "./rate-limit.ts";

/** How patient a process is with whoever presents what is not good (decision 12). */
const PATIENCE = {
  /** Failures of one network, or of one credential that was good here before. */
  failures: { count: 300, seconds: 60 },
  /**
   * Of one network: failures of all that was good here before. After so many, what has failed `few` times is kept out too,
   * because whoever holds many good credentials and then loses them would have as many windows.
   */
  ofKnown: { count: 3000, few: 10 },
  /** Windows that are kept at once; further networks share one. */
  mostWindows: 100_000,
  /** Credentials that are remembered as good. */
  mostKnown: 50_000,
} as const;

/** Who presents what, and from where. `now` is in epoch milliseconds. */
export interface Visit {
  readonly credentials: readonly string[];
  readonly address: string;
  readonly now: number;
}

/**
 * Keeps those out who present made-up credentials without end, before they cost a statement or the check of a signature.
 * They count together by network. A credential that was good here before is no stranger's, whatever its network does: it
 * counts by itself. To be remembered opens nothing: it only lets the look-up happen.
 */
export class Strangers {
  readonly #limit: { count: number; seconds: number };
  readonly #byNetwork = new Windows(PATIENCE.mostWindows, "share");
  readonly #byCredential = new Windows(PATIENCE.mostWindows, "drop");
  /** Failures of credentials that were good here before. */
  readonly #ofKnown = new Windows(PATIENCE.mostWindows, "share");
  /** By hash. */
  readonly #known = new Lru<true>(PATIENCE.mostKnown);

  constructor(failures: number = PATIENCE.failures.count) {
    this.#limit = { ...PATIENCE.failures, count: failures };
  }

  /**
   * Does the work of finding out who is asking, and counts its refusal. Throws `rate_limited` instead of beginning where
   * there were too many.
   *
   * @param isGood asked only then, for what has to be let in all the same
   */
  async admit<Answer>(
    visit: Visit,
    work: () => Promise<Answer>,
    isGood: () => Promise<boolean> = async () => false,
  ): Promise<Answer> {
    if (this.isKeptOut(visit) && !(await isGood())) {
      const { resetSeconds } = taken(this.#limit, this.#limit.count, visit.now);
      throw new ApiError("rate_limited", undefined, { retryAfterSeconds: resetSeconds });
    }
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) this.noteFailure(visit);
      throw error;
    }
  }

  isKeptOut({ credentials, address, now }: Visit): boolean {
    const isBadNetwork = this.isBadNetwork(address, now);
    // Of nearly every visit, without looking at the credentials.
    if (!isBadNetwork && this.#byCredential.isEmpty(this.#limit, now)) return false;
    const known = this.#findKnown(credentials);
    if (known.length === 0) return isBadNetwork;
    const { count, few } = PATIENCE.ofKnown;
    const isCrowded = this.#ofKnown.soFar(networkOf(address), this.#limit, now) >= count;
    const most = isCrowded ? Math.min(few, this.#limit.count) : this.#limit.count;
    // One that is used up does not take others with it: strangers make an app present codes of theirs beside its secret.
    return known.every((hash) => this.#byCredential.soFar(hash, this.#limit, now) >= most);
  }

  /** Whether only those are let in from there who were good before. */
  isBadNetwork(address: string, now: number): boolean {
    return this.#byNetwork.soFar(networkOf(address), this.#limit, now) >= this.#limit.count;
  }

  /** Counts what led nowhere, also where that is no refusal. */
  noteFailure({ credentials, address, now }: Visit): void {
    const known = this.#findKnown(credentials);
    const windows = known.length === 0 ? this.#byNetwork : this.#ofKnown;
    windows.count(networkOf(address), this.#limit, now);
    for (const hash of known) this.#byCredential.count(hash, this.#limit, now);
  }

  /** Remembers a credential that was just issued, or was good when it was looked up. */
  remember(credential: string): void {
    const hash = hashOf(credential);
    if (!this.#known.get(hash)) this.#known.set(hash, true);
  }

  #findKnown(credentials: readonly string[]): string[] {
    return credentials.map(hashOf).filter((hash) => this.#known.get(hash));
  }
}
