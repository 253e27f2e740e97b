import { setTimeout as sleep } from "node:timers/promises";
import type { Victim } from "./victim.ts";

/** What callers saw of one kind of request. */
interface Seen {
  answered: number;
  /** How often a connection broke under it. */
  cut: number;
  /** Told to come again: 409 while the same is under way, 429, 503. */
  later: number;
  /** From the first sending until the answer that counts, in milliseconds. */
  ms: number[];
}

const COME_AGAIN = [409, 429, 503];
const PAUSE_MS = 25;

/** Counts what callers see; whatever must not be is kept as a sentence. */
export class Figures {
  readonly wrong: string[] = [];
  readonly #seen = new Map<string, Seen>();
  readonly #server: Pick<Victim, "back">;

  constructor(server: Pick<Victim, "back">) {
    this.#server = server;
  }

  /**
   * Sends the same until it is answered, as a good client does. Answers the body of a success; null for a status of
   * `settled`, which says that an earlier sending did it.
   */
  async untilTaken<Body>(
    kind: string,
    send: () => Promise<Response>,
    settled: readonly number[] = [],
  ): Promise<Body | null> {
    const begun = performance.now();
    for (let isAgain = false; ; isAgain = true) {
      const answer = await this.once(kind, send);
      if (answer === null) continue;
      const { status, text } = answer;
      if (status < 300 || (isAgain && settled.includes(status))) {
        this.took(kind, begun);
        return status < 300 && text ? (JSON.parse(text) as Body) : null;
      }
      if (!COME_AGAIN.includes(status)) throw this.fault(`${kind} was answered ${status} ${text}`);
      this.#of(kind).later++;
      await sleep(PAUSE_MS);
    }
  }

  /** Null when the connection broke. */
  async once(kind: string, send: () => Promise<Response>): Promise<{ status: number; text: string } | null> {
    await this.#server.back();
    if (this.wrong.length > 0) throw new Error("Others have found something wrong.");
    try {
      const response = await send();
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // How fetch says that the connection broke.
      if (!(error instanceof TypeError)) throw error;
      this.#of(kind).cut++;
      return null;
    }
  }

  /** Something was done, since `begun`. */
  took(kind: string, begun: number): void {
    this.#of(kind).ms.push(performance.now() - begun);
    this.#of(kind).answered++;
  }

  /** Notes what must not be, and answers it as an error. */
  fault(sentence: string): Error {
    this.wrong.push(sentence);
    return new Error(sentence);
  }

  table(): string {
    const rows = [...this.#seen].map(([kind, { answered, cut, later, ms }]) => {
      const sorted = ms.toSorted((one, other) => one - other);
      const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
      return [kind, answered, cut, later, at(0.5), at(0.99), at(1)].join(" | ");
    });
    return [
      "| request | answered | cut off | told to come again | p50 ms | p99 ms | longest ms |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      ...rows.map((row) => `| ${row} |`),
    ].join("\n");
  }

  #of(kind: string): Seen {
    const seen = this.#seen.get(kind) ?? { answered: 0, cut: 0, later: 0, ms: [] };
    this.#seen.set(kind, seen);
    return seen;
  }
}
