import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { hashOf } from "../platform/crypto.ts";
import { Lru } from "../platform/lru.ts";
import { taken, Windows } from "../platform/rate-limit.ts";
import { Lanes, type Stopwatch } from "./lanes.ts";

/** How patient a process is with wrong passwords (decision 18). */
const PATIENCE = {
  /** Wrong ones for one account from one network; further ones are refused. */
  own: { count: 10, seconds: 60 },
  /** Wrong ones for one account from anywhere; beyond them it is slow for whoever is not known there. */
  account: { count: 10, seconds: 600 },
  /** Wrong ones of one network for any accounts; the same. */
  network: { count: 30, seconds: 60 },
  /** Who may wait for a turn at once. */
  mostWaiting: { account: 60, network: 5, all: 1_000 },
  /** Windows that are counted in at once, and pairs of network and account that are remembered as good. */
  mostWindows: 100_000,
  mostKnown: 50_000,
} as const;

/** A password for an account, existing or not, from an address. `now` is in epoch milliseconds. */
export interface Guess {
  readonly account: string;
  readonly address: string;
  readonly now: number;
}

export type Verdict = "right" | "wrong" | "undecided";

/**
 * Slows down whoever guesses passwords, without refusing a right one because others guess. Counts only wrong ones, by the
 * clock. Accounts that do not exist are counted as those that do.
 */
export class Guesses {
  readonly #own = new Windows(PATIENCE.mostWindows, "drop");
  readonly #byAccount = new Windows(PATIENCE.mostWindows, "drop");
  readonly #byNetwork = new Windows(PATIENCE.mostWindows, "share");
  readonly #known = new Lru<true>(PATIENCE.mostKnown);
  /** What is being checked for one account from one network: one after another, so that none passes uncounted. */
  readonly #checking = new Map<string, Promise<void>>();
  readonly #lanes: Lanes;

  constructor(stopwatch?: Stopwatch) {
    this.#lanes = new Lanes(PATIENCE.mostWaiting.all, stopwatch);
  }

  /**
   * Does the check and counts it when it finds a wrong password. Throws `rate_limited` instead when this network had too
   * many wrong ones for this account, or when too many wait.
   */
  async admit<Answer>(
    guess: Guess,
    check: () => Promise<{ verdict: Verdict; answer: Answer }>,
  ): Promise<Answer> {
    const pair = hashOf(`${networkOf(guess.address)} ${guess.account.toLowerCase()}`);
    return this.#oneByOne(pair, () => this.#admitNext(pair, guess, check));
  }

  async #admitNext<Answer>(
    pair: string,
    guess: Guess,
    check: () => Promise<{ verdict: Verdict; answer: Answer }>,
  ): Promise<Answer> {
    const { own } = PATIENCE;
    if (this.#own.soFar(pair, own, guess.now) >= own.count) {
      const { resetSeconds } = taken(own, own.count, guess.now);
      throw new ApiError("rate_limited", undefined, { retryAfterSeconds: resetSeconds });
    }
    // Before the check, so that many at once do not all pass as the first.
    const takeBack = this.#count(guess);
    try {
      if (!this.#known.get(pair)) await this.#waitForTurn(guess);
      const { verdict, answer } = await check();
      if (verdict === "wrong") this.#own.count(pair, own, guess.now);
      else takeBack();
      if (verdict === "right") this.#known.set(pair, true);
      return answer;
    } catch (error) {
      takeBack();
      throw error;
    }
  }

  #count(guess: Guess): () => void {
    const { account, network } = PATIENCE;
    const [name, place] = namesOf(guess);
    this.#byAccount.count(name, account, guess.now);
    this.#byNetwork.count(place, network, guess.now);
    return () => {
      this.#byAccount.takeBack(name, account, guess.now);
      this.#byNetwork.takeBack(place, network, guess.now);
    };
  }

  #waitForTurn(guess: Guess): Promise<void> {
    const { account, network, mostWaiting } = PATIENCE;
    const [name, place] = namesOf(guess);
    const wrongForAccount = this.#byAccount.soFar(name, account, guess.now);
    const wrongOfNetwork = this.#byNetwork.soFar(place, network, guess.now);
    return this.#lanes.wait([
      ...(wrongForAccount > account.count
        ? [{ name, most: mostWaiting.account, gapMs: gapAfter(wrongForAccount) }]
        : []),
      ...(wrongOfNetwork > network.count
        ? [{ name: place, most: mostWaiting.network, gapMs: gapAfter(wrongOfNetwork) }]
        : []),
    ]);
  }

  async #oneByOne<Answer>(pair: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#checking.get(pair);
    const answer = before ? before.then(work) : work();
    const settled = answer.then(
      () => {},
      () => {},
    );
    this.#checking.set(pair, settled);
    try {
      return await answer;
    } finally {
      if (this.#checking.get(pair) === settled) this.#checking.delete(pair);
    }
  }
}

function namesOf({ account, address }: Guess): [account: string, network: string] {
  return [`account ${hashOf(account.toLowerCase())}`, `network ${networkOf(address)}`];
}

/** The longer it goes on, the slower it gets: after sixty wrong ones a turn takes 0.6 seconds, after six hundred six. */
function gapAfter(wrong: number): number {
  return wrong * 10;
}
